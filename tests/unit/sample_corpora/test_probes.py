from __future__ import annotations

from sample_corpora.making.probes import Probe


def test_a_word_must_occur_whole_in_any_case() -> None:
    probe = Probe("memory", ("My hobby is yo-yo.", "What is my hobby?"), all_of=("yo-yo",))
    assert probe.check(["I see.", "Your hobby is Yo-yo."])
    assert not probe.check(["I see.", "Your hobby is yo-yoing."])
    assert not probe.check(["I see."])
