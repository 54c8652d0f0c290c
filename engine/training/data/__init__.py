"""From token ids to the batch of a step on the device: windows, packing, loading."""
