"""The decoder-only transformer, in the shapes of Qwen3 and of GPT-2."""
