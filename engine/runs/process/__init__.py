"""The trainer's process as others see it: its start, lock, orders, status and exit."""
