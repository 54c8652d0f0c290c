"""Files for chat in other libraries: a checkpoint's tokenizer, and `chat.render` as a Jinja template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.inference.chat import END_OF_TURN, ROLE_TOKENS, is_chat
from engine.inference.sampling_defaults import GENERATION_CONFIG, generation_config
from engine.tokenizers.bpe.hugging_face_files import hugging_face_files

if TYPE_CHECKING:
    from engine.tokenizers.interface import Tokenizer


def tokenizer_files(tokenizer: Tokenizer, context_length: int) -> dict[str, bytes]:
    """Return contents by file name, to be saved beside a GPT's own files.

    generation_config.json replaces the one that the model wrote: it contains the default sampling, and the ids
    that end a chat model's answer. Word and character tokenizers have no other files.
    """
    if is_chat(tokenizer):
        files = hugging_face_files(
            tokenizer, context_length, end_of_turn=END_OF_TURN, chat_template=chat_template(tokenizer)
        )
    else:
        files = hugging_face_files(tokenizer, context_length)
    return files | {GENERATION_CONFIG: generation_config(tokenizer)}


def chat_template(tokenizer: Tokenizer) -> str:
    """Return a template that gives the same ids as `render`, except for text that spells a special token.

    Other libraries encode such text as special tokens, and LiLM does not; so the template inserts a space into it,
    and a user's text cannot become another role's turn there either.
    """
    words = "message['content']"
    for name in tokenizer.special_tokens:
        words += f" | replace({name!r}, {name[0] + ' ' + name[1:]!r})"
    roles = "".join(
        f"{{% {'elif' if index else 'if'} message['role'] == '{role}' %}}{{{{ '{token}' }}}}"
        for index, (role, token) in enumerate(ROLE_TOKENS.items())
    )
    return (
        "{{ bos_token }}{% for message in messages %}"
        f"{roles}{{% else %}}{{{{ raise_exception('roles are {', '.join(ROLE_TOKENS)}') }}}}{{% endif %}}"
        f"{{{{ {words} }}}}{{{{ '{END_OF_TURN}' }}}}"
        "{% endfor %}"
        f"{{% if add_generation_prompt %}}{{{{ '{ROLE_TOKENS['assistant']}' }}}}{{% endif %}}"
    )
