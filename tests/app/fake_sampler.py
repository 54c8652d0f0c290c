"""A sampler without a model, for the app's tests: `python -m tests.app.fake_sampler`.

What it does follows from the prompt: `die` ends the process in the middle of an answer, `endless` goes on until it is
cancelled, `wide` answers with lines of more than 64 KiB, `evil` with escape sequences, `noise` with lines before it
that are no answers. Anything else is continued with words. A run named `compiled` is never loaded.
"""

from __future__ import annotations

import math
import os
import queue
import re
import signal
import sys
import threading
import time

import msgspec

from engine.errors import LilmError
from engine.inference.protocol import (
    Alternative,
    Answer,
    Cancel,
    Done,
    Error,
    Generate,
    Load,
    Loaded,
    Ready,
    Request,
    Score,
    Token,
    Waiting,
)
from engine.runs.checkpoints import ChosenStep, choose_checkpoint
from engine.runs.folder import find_run

WORDS = (" there", " was", " a", " little", " fox", ".")
ALTERNATIVES = (" fox", " dog", " cat", " hen")


def main() -> None:
    requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
    cancelled: set[int] = set()
    threading.Thread(target=listen, args=(requests, cancelled), daemon=True).start()
    say(Ready())
    while True:
        match requests.get():
            case Load(id=id, run=name, step=step):
                load(id, name, step)
            case Generate() as request:
                generate(request, cancelled)
            case Score() as request:
                score(request)
            case _:
                return


def listen(requests: queue.SimpleQueue[Request], cancelled: set[int]) -> None:
    decoder = msgspec.json.Decoder(Request)
    for line in sys.stdin.buffer:
        request = decoder.decode(line)
        if isinstance(request, Cancel):
            cancelled.add(request.id)
        else:
            requests.put(request)
    os._exit(0)


def load(id: int, name: str, wanted: ChosenStep | None) -> None:
    if name == "compiled":
        say(Waiting(id=id, work="compiling the decoding step, once on this machine"))
        return
    notices: list[str] = []
    try:
        step, _ = choose_checkpoint(find_run(name), wanted, notices.append)
    except LilmError as error:
        say(Error(id=id, message=str(error)))
        return
    say(
        Loaded(
            id=id,
            run=name,
            step=step,
            family="gpt",
            parameters=984_000,
            vocabulary_size=1024,
            context_length=256,
            chat=False,
            device="cpu",
            notice="; ".join(notices),
        )
    )


def generate(request: Generate, cancelled: set[int]) -> None:
    said = len(request.answer)
    if "noise" in request.prompt:
        sys.stdout.buffer.write(b'{"id":"\xff"}\n' + b"[" * 100_000 + b"\n")
    while said < len(WORDS) + len(request.answer) or "endless" in request.prompt:
        if request.id in cancelled:
            say(Done(id=request.id, reason="cancelled", tokens=said, tokens_per_second=100.0))
            return
        if "die" in request.prompt and said == 2:
            print("Out of memory: killed", file=sys.stderr, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        say(token(request, said))
        said += 1
        if "endless" in request.prompt:
            time.sleep(0.01)
    notice = "only the end of the prompt was used" if len(request.prompt) > 200 else ""
    say(Done(id=request.id, reason="length", tokens=said, tokens_per_second=1234.0, notice=notice))


def score(request: Score) -> None:
    """Each word has half the probability of the one before it."""
    words = re.findall(" ?[^ ]+", request.text)
    for number, word in enumerate(words):
        others = (Alternative(id=99, text=" hen", log_probability=-0.5),)
        say(
            Token(
                id=request.id,
                token=number,
                text=word,
                log_probability=-math.log(2) * (number + 1),
                alternatives=others,
                rank=2,
                entropy=1.2,
            )
        )
    say(Done(id=request.id, reason="length", tokens=len(words), tokens_per_second=1.0))


def token(request: Generate, said: int) -> Token:
    text = WORDS[(said - len(request.answer)) % len(WORDS)]
    if "evil" in request.prompt:
        text = "\x1b]0;owned\x07\x1b[31m[red]red[/red]"
    alternatives = tuple(
        Alternative(
            id=index,
            text=word * (40_000 if "wide" in request.prompt else 1),
            log_probability=math.log(0.6 / 2**index),
        )
        for index, word in enumerate(ALTERNATIVES)
    )
    return Token(
        id=request.id,
        token=said,
        text=text,
        log_probability=math.log(0.6),
        alternatives=alternatives,
        rank=1,
        entropy=1.2,
    )


def say(answer: Answer) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
