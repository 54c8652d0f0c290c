"""Operations of the GPT with a faster path for training on a CPU: attention, RoPE, RMSNorm, dropout."""
