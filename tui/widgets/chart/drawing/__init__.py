"""A chart as rows of text: a raster of braille dots, scales, axes, legends, and panels one above the other."""
