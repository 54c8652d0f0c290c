from tests.unit.commands.conftest import lilm

__all__ = ["lilm"]
