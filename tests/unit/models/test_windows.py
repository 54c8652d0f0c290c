from hypothesis import given
from hypothesis import strategies as st

from engine.models.windows import scoring_windows

tokens = st.integers(0, 200)
contexts = st.integers(1, 40)


@given(tokens, contexts, st.data())
def test_every_token_is_predicted_once_and_sees_enough(count: int, context: int, data: st.DataObject) -> None:
    stride = data.draw(st.none() | st.integers(1, context))
    enough = context - (stride or max(1, context // 2))
    predicted = []
    for window in scoring_windows(count, context, stride):
        assert 0 <= window.start < window.end <= count - 1
        assert window.end - window.start <= context
        for target in range(window.first, window.end + 1):
            predicted.append(target)
            assert target - window.start >= min(target, enough)
    assert predicted == list(range(1, count))


def test_a_stride_of_the_context_gives_separate_windows() -> None:
    assert [window.start for window in scoring_windows(13, 4, stride=4)] == [0, 4, 8]
