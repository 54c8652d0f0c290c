"""The constructor of bindings."""

from __future__ import annotations

from textual.binding import Binding


def key(keys: str, action: str, description: str, id: str, tooltip: str, *, shown: bool = False) -> Binding:
    """Return a binding; `shown` ones are in the key line at the foot of the screen."""
    return Binding(keys, action, description, id=id, tooltip=tooltip, show=shown)
