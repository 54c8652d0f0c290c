"""The machine: devices, GPUs, compilers, and the cores and memory that a process may use."""
