"""Embeddings against torch's cosine similarity and the eigenvectors of a covariance matrix."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.errors import MisuseError
from engine.models.mlp.family import MLPConfig
from engine.models.ngram.family import NgramConfig
from engine.models.ngram.model import NgramModel
from engine.studies.embedding_map import map_of, movement
from engine.studies.embeddings import embeddings_of, neighbors, token_of
from engine.tokenizers import build_tokenizer
from tests.unit.models.shapes import GPT_CONFIGS, gpt, mlp

TEXT = "the dog saw the cat and the king saw the queen and a man saw a woman"


@pytest.fixture
def tokenizer():
    return build_tokenizer("word", lambda: [TEXT])


def model_for(tokenizer):
    model = mlp(MLPConfig(context_length=2, embedding=6, hidden=8))
    torch.manual_seed(1)
    model.network.embedding.weight.data = torch.randn(tokenizer.vocabulary_size, 6)
    return model


def test_neighbors_are_those_of_the_largest_cosine(tokenizer) -> None:
    model = model_for(tokenizer)
    weights = model.network.embedding.weight.data.double()
    dog = token_of(tokenizer, "dog")
    cosines = torch.cosine_similarity(weights[dog][None], weights)
    cosines[dog] = -2
    found = neighbors(embeddings_of(model), tokenizer, "dog", 4)
    assert [one.id for one in found] == cosines.argsort(descending=True)[:4].tolist()
    assert found[0].cosine == pytest.approx(float(cosines.max()))


def test_sums_of_words_leave_their_own_words_out(tokenizer) -> None:
    model = model_for(tokenizer)
    weights = torch.nn.functional.normalize(model.network.embedding.weight.data.double(), dim=1)
    king, man, woman = (token_of(tokenizer, word) for word in ("king", "man", "woman"))
    wanted = weights[king] - weights[man] + weights[woman]
    cosines = torch.cosine_similarity(wanted[None], weights)
    cosines[[king, man, woman]] = -2
    assert neighbors(embeddings_of(model), tokenizer, "king - man + woman", 1)[0].id == int(cosines.argmax())


def test_the_map_is_the_principal_components(tokenizer) -> None:
    model = model_for(tokenizer)
    ids = list(range(9))
    drawn = map_of(embeddings_of(model), tokenizer, [*ids, 0])
    points = model.network.embedding.weight.data[ids].double().numpy()
    points -= points.mean(0)
    variances, axes = np.linalg.eigh(points.T @ points)
    for column, values in enumerate(
        ([point.x for point in drawn.points], [point.y for point in drawn.points])
    ):
        expected = points @ axes[:, -1 - column]
        assert np.allclose(np.abs(values), np.abs(expected))
        assert drawn.explained[column] == pytest.approx(variances[-1 - column] / variances.sum())


def test_movement_is_measured_against_the_last_checkpoint(tokenizer) -> None:
    last = embeddings_of(model_for(tokenizer))
    ids = list(range(9))
    moved = movement([(0, -last), (5, 2 * last), (9, last)], last, tokenizer, ids)
    drawn = map_of(last, tokenizer, ids)
    assert [at.step for at in moved] == [0, 5, 9]
    assert [at.cosine for at in moved] == pytest.approx([-1, 1, 1])
    assert [at.same_neighbors for at in moved] == [1, 1, 1]
    assert moved[-1].points == drawn.points
    for flipped, doubled, point in zip(moved[0].points, moved[1].points, drawn.points, strict=True):
        assert (flipped.x, flipped.y) == pytest.approx((-point.x, -point.y))
        assert (doubled.x, doubled.y) == pytest.approx((2 * point.x, 2 * point.y))
    assert moved[1].explained == pytest.approx(drawn.explained)
    other = np.random.default_rng(3).normal(size=last.shape)
    (moved,) = movement([(1, other)], last, tokenizer, ids)
    assert moved.same_neighbors > 0
    assert abs(moved.cosine) < 0.9


@pytest.mark.parametrize("shape", GPT_CONFIGS)
def test_a_gpt_has_its_token_embeddings(shape: str) -> None:
    model = gpt(GPT_CONFIGS[shape])
    assert embeddings_of(model).shape == (model.vocabulary_size, model.config.width)


def test_what_cannot_be_is_told(tokenizer) -> None:
    counted = NgramModel.build(
        tokenizer.encode_documents([TEXT]), NgramConfig(), tokenizer.vocabulary_size, 1
    )
    with pytest.raises(MisuseError, match="has no embeddings"):
        embeddings_of(counted)
    with pytest.raises(MisuseError, match="is not one token of this run"):
        neighbors(embeddings_of(model_for(tokenizer)), tokenizer, "dogs", 3)
    for formula in ("", "king -", "- + dog", "king-man+woman cat"):
        with pytest.raises(MisuseError):
            neighbors(embeddings_of(model_for(tokenizer)), tokenizer, formula, 3)
    with pytest.raises(MisuseError, match="at least three"):
        map_of(embeddings_of(model_for(tokenizer)), tokenizer, [1, 1, 2])
