"""The trainer's process: its loop's orders, heartbeat, environment, and pauses on a full disk."""
