"""Write every sample corpus beside its catalogue."""

from __future__ import annotations

import gzip
from pathlib import Path

from sample_corpora.making.chat.talks import dialogues
from sample_corpora.making.functions.corpus import code
from sample_corpora.making.hello import hello
from sample_corpora.making.stories import stories
from sample_corpora.making.verses import verses

MAKERS = {
    "stories.txt.gz": stories,
    "dialogues.jsonl.gz": dialogues,
    "verses.txt": verses,
    "code.txt": code,
    "hello.txt": hello,
}


def main() -> None:
    folder = Path(__file__).parent.parent
    for name, make in MAKERS.items():
        content = make().encode("ascii")
        if name.endswith(".gz"):
            content = gzip.compress(content, mtime=0)
        (folder / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
