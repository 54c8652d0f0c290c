from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from engine.machine.pools import map_ahead

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_results_come_in_order_and_items_are_taken_only_shortly_before() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(20):
            taken.append(number)
            yield number

    with ThreadPoolExecutor(4) as pool:
        for result, square in enumerate(map_ahead(pool, lambda number: number**2, items(), ahead=3)):
            assert square == result**2
            assert len(taken) <= result + 4
    assert taken == list(range(20))


def test_a_failure_reaches_the_caller() -> None:
    with ThreadPoolExecutor(2) as pool, pytest.raises(ZeroDivisionError):
        list(map_ahead(pool, lambda number: 1 // number, [2, 1, 0, 1], ahead=2))
