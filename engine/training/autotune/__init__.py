"""Autotuning before the first step: precision, micro-batch size and compiling, and the estimate of the run."""
