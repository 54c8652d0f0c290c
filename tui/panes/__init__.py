"""The parts of the lab's screen, each with its title and its keys."""
