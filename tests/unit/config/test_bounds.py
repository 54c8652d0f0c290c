"""Every number that people or files give has a lower and an upper bound, which NaN and infinities are beyond."""

from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect

from engine.config.loading import parse_assignments, settings_from
from engine.config.settings import RunSettings
from engine.errors import MisuseError
from engine.inference.protocol import Generate, Inspect
from engine.runs.process.control import ScaleLearningRate
from engine.sampling.config import SamplingConfig

if TYPE_CHECKING:
    from collections.abc import Iterator

SILLY = [math.nan, math.inf, -math.inf, -1, -1e-320, 1e308, 2**70, 10**400]


def numbers(type_: inspect.Type, path: str) -> Iterator[tuple[str, inspect.IntType | inspect.FloatType]]:
    match type_:
        case inspect.IntType() | inspect.FloatType():
            yield path, type_
        case inspect.StructType(fields=fields, tag=tag):
            for field in fields:
                yield from numbers(
                    field.type, f"{path}.{field.name}" if tag is None else f"{path}[{tag}].{field.name}"
                )
        case inspect.UnionType(types=types):
            for one in types:
                yield from numbers(one, path)
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            yield from numbers(item, f"{path}[]")
        case inspect.TupleType(item_types=items):
            for item in items:
                yield from numbers(item, f"{path}[]")


BOUNDED_BY_CODE = {"RunSettings.model[ngram].discounts[][]", "Generate.id", "Inspect.id"}


@pytest.mark.parametrize("struct", [RunSettings, SamplingConfig, Generate, Inspect, ScaleLearningRate])
def test_every_number_has_both_bounds(struct: type[msgspec.Struct]) -> None:
    found = dict(numbers(inspect.type_info(struct), struct.__name__))
    assert found
    open_ends = {
        path
        for path, type_ in found.items()
        if (type_.ge is None and type_.gt is None) or (type_.le is None and type_.lt is None)
    }
    assert {path.replace("[generate]", "").replace("[inspect]", "") for path in open_ends} <= BOUNDED_BY_CODE


SETTINGS = [
    "training.weight_decay",
    "training.gradient_clip",
    "training.learning_rate",
    "training.batch_size",
    "training.threads",
    "corpus.validation_fraction",
    "model.width",
    "model.rope_base",
    "seed",
]


@pytest.mark.fault("unclear")
@pytest.mark.parametrize("key", SETTINGS)
def test_silly_numbers_are_refused_by_their_key(key: str) -> None:
    for value in SILLY:
        with pytest.raises(MisuseError, match=key.split(".")[-1]):
            settings_from(parse_assignments([f"{key}={value}"]))


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(SILLY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
fields = sorted({*RunSettings.__struct_fields__, "model", "x"})


@pytest.mark.fault("app ends")
@given(
    st.dictionaries(st.sampled_from(fields), json_values, max_size=4), json_values, st.sampled_from(SETTINGS)
)
def test_any_table_is_settings_or_misuse(table: dict[str, Any], value: Any, key: str) -> None:
    group, _, name = key.rpartition(".")
    for wanted in (table, {**table, group: {name: value}} if group else {**table, name: value}):
        with contextlib.suppress(MisuseError):
            settings_from(wanted)
