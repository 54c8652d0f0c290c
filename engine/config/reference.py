"""Reference of every setting, made from the types: key, type, default, and the text below the field."""

from __future__ import annotations

import ast
import inspect
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from engine.config.settings import CorpusSettings, RunSettings, TrainingSettings
from engine.models.registry import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Setting:
    key: str
    """As in `--set KEY=VALUE`."""
    type: str
    """As it is annotated, without constraints."""
    default: str
    """As it is written in `--set`; "none" where it is left open."""
    text: str
    family: str = ""
    """The model family that has it; empty for settings of every run."""


def all_settings() -> list[Setting]:
    """Every setting of a run, in the order of run.toml, with those of each model family."""
    groups: tuple[tuple[str, type[msgspec.Struct], str], ...] = (
        ("", RunSettings, ""),
        ("corpus.", CorpusSettings, ""),
        ("training.", TrainingSettings, ""),
        *(("model.", family.config, family.name) for family in FAMILIES.values()),
    )
    return [
        setting
        for prefix, struct, family in groups
        for setting in _settings_of(struct, prefix, family)
        if setting.key not in ("corpus", "model", "training")
    ]


def _settings_of(struct: type[msgspec.Struct], prefix: str, family: str) -> Iterator[Setting]:
    texts = _field_texts(struct)
    for field in msgspec.structs.fields(struct):
        annotation = struct.__annotations__.get(field.name, "")
        default = field.default if field.default is not msgspec.NODEFAULT else None
        yield Setting(
            prefix + field.name,
            _plain_type(str(annotation)),
            _written(default),
            texts.get(field.name, ""),
            family,
        )


def _field_texts(struct: type[msgspec.Struct]) -> dict[str, str]:
    """The string that stands below each field in the source, by the field's name."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(struct))).body[0]
    assert isinstance(tree, ast.ClassDef)
    texts = {}
    for field, below in zip(tree.body, tree.body[1:], strict=False):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                texts[name] = " ".join(text.split())
            case _:
                pass
    return texts


def _plain_type(annotation: str) -> str:
    """`Annotated[int, Meta(ge=1)] | None` as `int | None`."""

    class Unwrap(ast.NodeTransformer):
        def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
            self.generic_visit(node)
            if isinstance(node.value, ast.Name) and node.value.id == "Annotated":
                assert isinstance(node.slice, ast.Tuple)
                return node.slice.elts[0]
            if isinstance(node.value, ast.Name) and node.value.id == "Literal":
                values = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                return ast.Name(id="|".join(ast.literal_eval(value) for value in values))
            return node

    names = {"Positive": "int", "Fraction": "float", "NonNegative": "float"}
    plain = ast.unparse(Unwrap().visit(ast.parse(annotation, mode="eval")))
    return names.get(plain, plain.replace("Positive", "int").replace("Fraction", "float"))


def _written(value: Any) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case tuple():
            return "[" + ", ".join(repr(item) for item in value) + "]"
        case _:
            return str(value)
