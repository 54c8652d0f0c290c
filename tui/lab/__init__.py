"""The lab without widgets: runs, texts, conversations and the sampler; answers come as messages."""
