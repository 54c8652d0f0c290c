"""The chart: widget, figure, scales, curves, and a raster of braille dots."""
