"""The distribution that a token of an answer was sampled from, as a widget beside the conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.widgets.distribution import Distribution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.inference.protocol import Token


class TokenInspector(Distribution):
    """Shows one token's distribution, its rank and the entropy."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.position: tuple[int, int] | None = None
        """Turn and index of the token that is shown."""
        self._token: Token | None = None

    def show_token(
        self, position: tuple[int, int], token: Token, temperature: float, vocabulary_size: int | None
    ) -> None:
        self.position, self._token = position, token
        chosen = next((index for index, one in enumerate(token.alternatives) if one.id == token.token), None)
        self.show(
            [(one.text, one.log_probability) for one in token.alternatives],
            temperature,
            vocabulary_size=vocabulary_size,
            chosen=chosen,
            title=describe_token(token, chosen),
        )
        self.display = True

    def close(self) -> None:
        self.display = False
        self.position = self._token = None

    def begin_with(self, tokens: Sequence[Token], index: int) -> list[Token]:
        """Return the beginning of another answer: the tokens before the shown one, then alternative `index`."""
        assert self._token is not None
        assert self.position is not None
        from msgspec.structs import replace

        other = self._token.alternatives[index]
        branch = replace(
            self._token,
            token=other.id,
            text=other.text,
            log_probability=other.log_probability,
            rank=index + 1,
        )
        return [*tokens[: self.position[1]], branch]


def describe_token(token: Token, chosen: int | None) -> str:
    """Return rank and entropy of a token, as far as they are known."""
    rank = token.rank if token.rank is not None else None if chosen is None else chosen + 1
    facts = [f"rank {rank:,}"] if rank is not None else []
    facts += [f"entropy {token.entropy:.2f} nats"] if token.entropy is not None else []
    return ", ".join(facts) or "next token"
