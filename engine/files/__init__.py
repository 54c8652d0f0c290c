"""Files: bounded reads, checksums, atomic writes, downloads."""
