"""Sources of texts: the catalogue, added files, folders, downloads."""
