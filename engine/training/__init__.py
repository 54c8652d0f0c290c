"""The loop, optimisers, schedule, evaluation, checkpoints, and the worker process that runs them."""
