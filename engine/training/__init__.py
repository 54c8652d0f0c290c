"""The loop, optimizers, schedule, evaluation, checkpoints, and the worker process that runs them."""
