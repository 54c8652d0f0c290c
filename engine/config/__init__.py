"""The settings of a run: one typed tree, checked when it is made, kept as TOML."""
