"""Tokenizers load nothing heavy before it is used."""

from __future__ import annotations

import subprocess
import sys


def test_importing_tokenizers_is_cheap() -> None:
    heavy = {"torch", "tiktoken", "regex", "tokenizers", "transformers", "rustbpe", "requests", "rich"}
    code = f"import sys, engine.tokenizers; print(*({heavy} & set(sys.modules)))"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == ""
