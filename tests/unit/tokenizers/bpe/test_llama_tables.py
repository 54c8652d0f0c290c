"""Tables of tokens that a tutorial on language models printed with Llama 3's tokenizer.

Llama 3 has the ids of cl100k_base below 100,000. Those of its tokens that occur in the words of the tables are here:
no others can take part in their merges.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from engine.cli import main
from engine.tokenizers.bpe.tiktoken_encodings import read_tiktoken_file

if TYPE_CHECKING:
    from pathlib import Path

PRINTABLE = [*range(33, 127), *range(161, 173), *range(174, 256)]
BYTES = PRINTABLE + [byte for byte in range(256) if byte not in PRINTABLE]
"""Bytes in the order of their ids, GPT-2's."""
MERGED = """
    in=258 _t=259 er=261 on=263 _a=264 at=266 st=267 _th=270 it=275 an=276 al=278 _the=279 _f=282 ou=283 is=285
    ion=290 ic=292 _b=293 _d=294 _o=297 ro=299 nd=303 _and=323 _l=326 _S=328 ut=332 ol=337 th=339 ce=346 _T=350
    _C=356 _A=362 ow=363 ation=367 um=372 tr=376 ck=377 ist=380 he=383 ith=411 out=412 ver=424 and=438 qu=447 iz=450
    _N=452 _an=459 _W=468 _-=482 str=496 _j=503 _O=507 og=540 _The=578 ace=580 ac=582 ve=588 row=654 _do=656 _Th=666
    own=785 The=791 io=822 fo=831 ov=869 ick=875 _over=927 _qu=934 ra=969 ove=1009 Th=1016 min=1083 _la=1208
    ics=1233 pace=1330 mp=1331 br=1347 az=1394 _br=1437 ump=1538 wn=1551 ym=1631 _ac=1645 ational=1697 ps=1725
    ool=1786 the=1820 AS=1950 ui=2005 over=2017 rg=2026 ization=2065 ration=2214 tra=2221 Or=2244 ron=2298 ero=2382
    With=2409 _Ad=2467 _Or=2582 Ad=2654 oo=2689 aut=2784 _q=2874 au=2933 _bro=2967 do=3055 _With=3161 _Sp=3165
    OW=3387 na=3458 _Co=3623 ony=3633 istr=3843 ny=3919 ional=4001 _quick=4062 istration=4138 zy=4341 la=4355
    za=4458 rown=4935 cs=4942 CA=5158 _National=5165 cr=5192 ox=5241 ani=5676 _dog=5679 ho=6292 atio=6400 _Ac=6515
    Sp=6540 ini=6729 pa=6733 ona=6863 ga=6885 Admin=7358 NA=7476 Co=7489 _Admin=7735 ni=7907 _qui=7930 SA=7934
    _jump=7940 onym=7987 mi=8318 rgan=8609 ju=8783 ati=9491 Space=10115 ti=10462 _ju=10479 _Organ=10995 _Space=11746
    Ac=11916 _fo=12018 umps=12055 tics=13024 _Na=13106 stra=13645 azy=13933 dm=14170 _brown=14198 bro=15222
    fox=15361 _lazy=16053 Na=16589 _Administration=17128 iza=17528 _Without=17586 _Wi=17664 _Nation=17671 rat=18071
    hou=18664 dog=18964 eron=20110 _Organization=21021 Organ=24105 _Nat=24772 _Cool=24882 onal=25180 _ov=25568
    nis=26209 WC=26538 Without=27131 tion=28491 quick=28863 tic=29150 gan=30528 National=31912 uti=32973
    _Administr=33951 _Org=34806 _jumps=35308 NAS=35596 _Spa=35914 onaut=37164 mini=37511 cro=38984 _fox=39935
    Organization=42674 iona=42790 nal=43078 Org=43537 jump=44396 pac=46051 ratio=46458 qui=47391 ronym=47980
    nym=49221 lazy=50113 acro=50607 stration=55681 Cool=57850 Wi=59128 _brow=60375 NASA=62066 Administr=62363
    _Aer=64150 _laz=65536 brown=65561 acr=65848 nist=65859 Nat=66314 rganization=69464 cron=70487 _Wit=72959
    _acronym=75614 istra=76063 ASA=80692 inis=85703 _Aero=89523 _Ae=90895 mps=94570 Administration=96443
    Nation=99727
"""
"""Other tokens with their ids; a blank is written as _."""

TABLES = {
    "OWCA - The Organization Without a Cool Acronym": {
        3387: "OW", 5158: "CA", 482: " -", 578: " The", 21021: " Organization", 17586: " Without", 264: " a",
        24882: " Cool", 6515: " Ac", 47980: "ronym",
    },
    "NASA - National Aeronautics and Space Administration": {
        62066: "NASA", 482: " -", 5165: " National", 362: " A", 20110: "eron", 2784: "aut", 1233: "ics",
        323: " and", 11746: " Space", 17128: " Administration",
    },
    "an Acronym": {276: "an", 6515: " Ac", 47980: "ronym"},
    "an acronym": {276: "an", 75614: " acronym"},
    "The quick brown fox jumps over the lazy dog": {
        791: "The", 4062: " quick", 14198: " brown", 39935: " fox", 35308: " jumps", 927: " over", 279: " the",
        16053: " lazy", 5679: " dog",
    },
}  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    ranks = {bytes([byte]): rank for rank, byte in enumerate(BYTES)}
    ranks |= {
        text.replace("_", " ").encode(): int(rank)
        for text, _, rank in (entry.rpartition("=") for entry in MERGED.split())
    }
    lines = [b"%s %d\n" % (base64.b64encode(token), rank) for token, rank in ranks.items()]
    (path := tmp_path / "llama3.tiktoken").write_bytes(b"".join(lines))
    return path


@pytest.mark.parametrize("text", TABLES)
def test_a_text_has_the_tokens_of_the_table(file: Path, text: str) -> None:
    tokenizer = read_tiktoken_file(file, "cl100k")
    ids = tokenizer.encode(text)
    assert {token: tokenizer.token_text(token) for token in ids} == TABLES[text]
    assert list(TABLES[text]) == ids


def test_the_command_prints_the_table_with_the_token_that_begins_a_text(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tokenize", str(file), "OWCA - The Organization Without a Cool Acronym"]) == 0
    rows = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()[1:12]]
    assert rows[0][1] == "'<|endoftext|>'"
    assert rows[1:] == [
        [str(token), f"'{text}'"]
        for token, text in TABLES["OWCA - The Organization Without a Cool Acronym"].items()
    ]
