"""What other libraries need to talk with a checkpoint: its tokenizer, and `chat.render` as a Jinja template."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from engine.inference.chat import END_OF_TURN, ROLE_TOKENS, is_chat
from engine.tokenizers.hugging_face_files import hugging_face_files

if TYPE_CHECKING:
    from engine.tokenizers.interface import Tokenizer


def tokenizer_files(tokenizer: Tokenizer, context_length: int) -> dict[str, bytes]:
    """Contents by file name, to stand beside a GPT's own files: none for words and characters.

    For a chat model generation_config.json, which the model wrote, is replaced by one that ends answers too.
    """
    if not is_chat(tokenizer):
        return hugging_face_files(tokenizer, context_length)
    files = hugging_face_files(
        tokenizer, context_length, end_of_turn=END_OF_TURN, chat_template=chat_template(tokenizer)
    )
    generation = {
        "bos_token_id": tokenizer.end_of_text,
        "eos_token_id": [tokenizer.special_tokens[END_OF_TURN], tokenizer.end_of_text],
        "do_sample": True,
    }
    return files | {
        "generation_config.json": msgspec.json.format(msgspec.json.encode(generation), indent=2) + b"\n"
    }


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
