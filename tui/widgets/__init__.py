"""The widgets that are our own: chart, slider, transcript."""
