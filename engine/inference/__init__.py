"""Text generation, chat rendering, and the sampler process that serves the app."""
