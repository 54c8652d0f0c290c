"""State and background work behind the screen: runs, texts, conversations, the sampler. No widgets."""
