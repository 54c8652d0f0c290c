"""The plots: each takes a scene, casts it, lets things happen to its state and tells them."""
