"""The chart: figures, scales, curves, and the pixels that braille draws."""
