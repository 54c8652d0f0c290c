"""Results of studies drawn as text and as SVG."""
