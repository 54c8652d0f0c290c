"""The conversation: its layout in rows, scrolling, tokens and selection."""
