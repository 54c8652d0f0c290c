"""The run directory: layout, metrics, events, control, launch and status."""
