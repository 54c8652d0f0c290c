"""LiLM's screen: the Textual app. It never imports torch; heavy work runs in other processes."""
