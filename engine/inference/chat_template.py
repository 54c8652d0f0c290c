"""What other libraries need to talk with a checkpoint: its tokenizer, and `chat.render` as a Jinja template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.inference.chat import END_OF_TURN, ROLE_TOKENS, is_chat
from engine.inference.temperature import GENERATION_CONFIG, generation_config
from engine.tokenizers.hugging_face_files import hugging_face_files

if TYPE_CHECKING:
    from engine.tokenizers.interface import Tokenizer


def tokenizer_files(tokenizer: Tokenizer, context_length: int) -> dict[str, bytes]:
    """Contents by file name, to stand beside a GPT's own files.

    generation_config.json replaces the one that the model wrote: it knows the default temperature, and what ends a
    chat model's answer. Words and characters have nothing else.
    """
    if is_chat(tokenizer):
        files = hugging_face_files(
            tokenizer, context_length, end_of_turn=END_OF_TURN, chat_template=chat_template(tokenizer)
        )
    else:
        files = hugging_face_files(tokenizer, context_length)
    return files | {GENERATION_CONFIG: generation_config(tokenizer)}


def chat_template(tokenizer: Tokenizer) -> str:
    """Gives the same ids as `render`, but for words that spell a special token.

    There the libraries turn text into special tokens, and LiLM does not; so the template puts a space into such
    words, and a user cannot write a turn of somebody else's there either.
    """
    words = "message['content']"
    for name in tokenizer.special_tokens:
        words += f" | replace({name!r}, {name[0] + ' ' + name[1:]!r})"
    roles = "".join(
        f"{{% {'elif' if place else 'if'} message['role'] == '{role}' %}}{{{{ '{token}' }}}}"
        for place, (role, token) in enumerate(ROLE_TOKENS.items())
    )
    return (
        "{{ bos_token }}{% for message in messages %}"
        f"{roles}{{% else %}}{{{{ raise_exception('roles are {', '.join(ROLE_TOKENS)}') }}}}{{% endif %}}"
        f"{{{{ {words} }}}}{{{{ '{END_OF_TURN}' }}}}"
        "{% endfor %}"
        f"{{% if add_generation_prompt %}}{{{{ '{ROLE_TOKENS['assistant']}' }}}}{{% endif %}}"
    )
