from __future__ import annotations

import subprocess

import pytest

pytest.importorskip("shtab")


def test_bash_completes_commands_and_options(lilm, tmp_path) -> None:
    done = lilm("completion", "bash")
    assert done.code == 0
    script = tmp_path / "lilm.bash"
    script.write_text(done.out)
    asked = f"source {script}; COMP_WORDS=(lilm tr); COMP_CWORD=1; _shtab_lilm; echo ${{COMPREPLY[@]}}"
    shown = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True).stdout
    assert shown.split() == ["train"]
    assert "--temperature" in done.out


def test_other_shells_are_refused(lilm) -> None:
    done = lilm("completion", "csh")
    assert done.code == 2
    assert "bash" in done.error
