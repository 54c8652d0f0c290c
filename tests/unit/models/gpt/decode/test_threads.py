"""The number of threads for decoding, on a machine whose time a token is a function of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.models.gpt.decode.threads import LONGEST_WAIT, ThreadChoice, threads_for

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = 0.0005


class Machine:
    """A clock that a token moves by the seconds it takes with so many threads."""

    def __init__(self, first: int, most: int) -> None:
        self.now = 0.0
        self.limit = most
        self.choice = ThreadChoice(first, most, lambda: self.now)
        self.with_threads: dict[int, float] = {}

    def decode(self, seconds: float, taken: Callable[[int], float]) -> None:
        end, self.with_threads = self.now + seconds, {}
        while self.now < end:
            with self.choice.timed(self.limit) as threads:
                self.now += taken(threads)
            self.with_threads[threads] = self.with_threads.get(threads, 0.0) + taken(threads)

    def fraction(self, threads: int) -> float:
        return self.with_threads.get(threads, 0.0) / sum(self.with_threads.values())


@pytest.mark.parametrize(
    ("weights", "most", "threads"), [(900_000, 2, 1), (12_900_000, 2, 2), (12_900_000, 64, 4), (1, 1, 1)]
)
def test_a_small_model_begins_with_one_thread(weights: int, most: int, threads: int) -> None:
    assert threads_for(weights, most) == threads


@pytest.mark.parametrize(("first", "best"), [(1, 8), (8, 1), (2, 2), (1, 4)])
def test_the_fastest_number_is_found(first: int, best: int) -> None:
    machine = Machine(first, 8)
    machine.decode(3, lambda threads: TOKEN * (1 + abs(threads.bit_length() - best.bit_length())))
    machine.decode(20, lambda threads: TOKEN * (1 + abs(threads.bit_length() - best.bit_length())))
    assert machine.fraction(best) > 0.95


def test_a_busy_neighbor_leaves_one_thread_until_it_ends() -> None:
    machine = Machine(2, 2)
    machine.decode(10, lambda threads: TOKEN / threads)
    assert machine.fraction(2) > 0.95
    machine.decode(0.2, lambda threads: TOKEN * (1 if threads == 1 else 5))
    assert machine.choice.threads == 1
    machine.decode(10, lambda threads: TOKEN * (1 if threads == 1 else 5))
    assert machine.fraction(1) > 0.95
    machine.decode(2 * LONGEST_WAIT, lambda threads: TOKEN / threads)
    assert machine.choice.threads == 2


def test_a_machine_with_one_core_tries_nothing() -> None:
    machine = Machine(1, 1)
    machine.decode(3, lambda threads: TOKEN)
    assert machine.fraction(1) == 1


def test_a_process_that_gives_way_keeps_to_its_limit() -> None:
    machine = Machine(2, 2)
    machine.limit = 1
    machine.decode(3, lambda threads: TOKEN / threads)
    assert machine.fraction(1) == 1
    machine.limit = 2
    machine.decode(3, lambda threads: TOKEN / threads)
    assert machine.fraction(2) > 0.9
