"""Decoding on a CPU in C++, compiled once for each processor where there is a compiler."""
