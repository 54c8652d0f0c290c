"""Write every sample corpus beside its catalogue."""

from __future__ import annotations

from pathlib import Path

from sample_corpora.making.stories import stories

MAKERS = {"stories.txt": stories}


def main() -> None:
    folder = Path(__file__).parent.parent
    for name, make in MAKERS.items():
        (folder / name).write_bytes(make().encode("ascii"))
        print(name)


if __name__ == "__main__":
    main()
