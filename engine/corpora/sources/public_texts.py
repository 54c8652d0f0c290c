"""Well-known public texts, each pinned to one version by size and sha256."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from engine.errors import MisuseError

_GITHUB = "https://raw.githubusercontent.com"
_TINY_STORIES = (
    "https://huggingface.co/datasets/roneneldan/TinyStories/resolve/f54c09fd23315a6f9c86f9dc80f725de7d8f9c64"
)
_GUTENBERG = "public domain in the USA"
_CDLA = "CDLA-Sharing-1.0"


@dataclass(frozen=True)
class PublicText:
    """Address of a text, with the size and sha256 of the pinned version."""

    name: str
    title: str
    license: str
    address: str
    file: str
    """File name here; for a zip archive also the name of the extracted member."""
    bytes: int
    sha256: str
    """Both of the text itself, after unpacking."""
    description: str = ""
    zip_bytes: int | None = None
    """Size of the archive; None when the address is that of the text itself."""

    @property
    def download_bytes(self) -> int:
        return self.bytes if self.zip_bytes is None else self.zip_bytes


PUBLIC_TEXTS = (
    PublicText(
        name="tinyshakespeare",
        title="Tiny Shakespeare",
        description="40,000 lines of Shakespeare's plays, as char-rnn and nanoGPT use them",
        license="public domain",
        address=f"{_GITHUB}/karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/input.txt",
        file="tinyshakespeare.txt",
        bytes=1_115_394,
        sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    ),
    PublicText(
        name="alice",
        title="Alice's Adventures in Wonderland",
        description="Lewis Carroll, 1865",
        license=_GUTENBERG,
        address=f"{_GITHUB}/GITenberg/Alice-s-Adventures-in-Wonderland_11/7f18748e114b994d5d9454d5793581bc0b9cf9d7/11-0.txt",
        file="alice.txt",
        bytes=173_595,
        sha256="49a0b2726606e1290ac03a63978fa1dd1bd38a8d805704d98265f393533ea094",
    ),
    PublicText(
        name="oz",
        title="The Wonderful Wizard of Oz",
        description="L. Frank Baum, 1900",
        license=_GUTENBERG,
        address=f"{_GITHUB}/GITenberg/The-Wonderful-Wizard-of-Oz_55/d19a4315b7c6f4471de8840a1a81609b34841dff/55.txt",
        file="oz.txt",
        bytes=232_789,
        sha256="18274f31ae11aea07ea9b4f707998636c6f75d784c60d7e8fea0b4d5c2d77af6",
    ),
    PublicText(
        name="dracula",
        title="Dracula",
        description="Bram Stoker, 1897",
        license=_GUTENBERG,
        address=f"{_GITHUB}/GITenberg/Dracula_345/5216d6ea255fbf8966426a160b68251b18f16907/345.txt",
        file="dracula.txt",
        bytes=883_158,
        sha256="c802711470ddb2aaca81432fc101ed29c154e7c3d32df4172478695c33f68eae",
    ),
    PublicText(
        name="monte-cristo",
        title="The Count of Monte Cristo",
        description="Alexandre Dumas, 1844, in English",
        license=_GUTENBERG,
        address=f"{_GITHUB}/siksik0721/think_python/d0d5a8506e0bd3f4d13e47ff8234d9cacec7e7f5/pg1184.txt",
        file="monte-cristo.txt",
        bytes=2_725_486,
        sha256="b0f0e0dcc499d94f46324653ec3e493953d2ad5108e2be4ad096b10edc1e6c9c",
    ),
    PublicText(
        name="declaration",
        title="The Declaration of Independence",
        description="of the United States, 1776",
        license="public domain",
        address=f"{_GITHUB}/kjtamu/introPython/bfcd5579e7ea7382a649c1f90122f71b2b8543d2/declaration_of_independence.txt",
        file="declaration.txt",
        bytes=8_173,
        sha256="8f61d1cd624fc0b93bae7d56a40a0cb37db68c0a1584289d07523034c388f8a7",
    ),
    PublicText(
        name="tinystories",
        title="TinyStories",
        description="2.7 million stories in a small child's words, by GPT-4 (Eldan and Li 2023)",
        license=_CDLA,
        address=f"{_TINY_STORIES}/TinyStoriesV2-GPT4-train.txt",
        file="tinystories.txt",
        bytes=2_227_753_162,
        sha256="6418d412de72888f52b5142c761ac21a582f7d1166f0bfbdb5f03ccfdec90443",
    ),
    PublicText(
        name="tinystories-small",
        title="TinyStories, the validation part",
        description="a hundredth of them, enough for a first try",
        license=_CDLA,
        address=f"{_TINY_STORIES}/TinyStoriesV2-GPT4-valid.txt",
        file="tinystories-small.txt",
        bytes=22_502_601,
        sha256="6874bae9a4c1a4e7edcf0e53b86c17817e9cf881fc75ff2368da457b80c0585d",
    ),
    PublicText(
        name="enwik8",
        title="enwik8",
        description="the first 100 MB of the English Wikipedia of March 2006, with its markup",
        license="CC BY-SA and GFDL",
        address="https://mattmahoney.net/dc/enwik8.zip",
        file="enwik8",
        bytes=100_000_000,
        sha256="2b49720ec4d78c3c9fabaee6e4179a5e997302b3a70029f30f2d582218c024a8",
        zip_bytes=36_445_475,
    ),
)


def public_text(name: str) -> PublicText:
    """Return the text of that name. Raises MisuseError when there is none."""
    names = [text.name for text in PUBLIC_TEXTS]
    for text in PUBLIC_TEXTS:
        if text.name == name:
            return text
    close = difflib.get_close_matches(name, names, n=1)
    meant = f", did you mean {close[0]!r}?" if close else ";"
    raise MisuseError(f"there is no public text {name!r}{meant} available: {', '.join(names)}")
