"""The chart: a widget of one or two panels of curves, with zoom and a crosshair."""
