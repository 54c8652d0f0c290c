"""Chat training: conversations as token ids, and their batches."""
