"""All bindings by id and by title, for config.toml and the help screen."""

from __future__ import annotations

from tui.keys.chart import CHART_KEYS, CURVE_KEYS
from tui.keys.everywhere import APP_KEYS, BACK_KEYS, LAB_KEYS, LIST_KEYS
from tui.keys.forms import CHOICE_KEYS, DELETE_KEYS, DIALOG_KEYS, EXPORT_KEYS, FORM_KEYS, HELP_KEYS, START_KEY
from tui.keys.runs import CORPORA_KEYS, RUN_KEYS, RUN_LIST_KEYS
from tui.keys.studies import (
    BATCH_KEYS,
    COLUMN_KEYS,
    ORDER_KEYS,
    STUDY_KEYS,
    STUDY_LIST_KEYS,
    STUDY_PROMPT_KEYS,
    TOKENS_KEYS,
)
from tui.keys.talk import (
    CONVERSATION_KEYS,
    DISTRIBUTION_KEYS,
    SAMPLING_KEYS,
    SIDES_KEYS,
    TALK_KEYS,
    TRANSCRIPT_KEYS,
    XRAY_KEYS,
)

FOCUS_ONLY = {str(key.id) for key in DISTRIBUTION_KEYS} | {"transcript.choose"}
"""Ids of keys that act on what has the focus, and so on nothing from the command palette."""

ALL_KEYS = {
    str(key.id): key
    for keys in (
        *(LAB_KEYS, APP_KEYS, CORPORA_KEYS, RUN_LIST_KEYS, RUN_KEYS, CHART_KEYS, CURVE_KEYS, TALK_KEYS),
        *(
            TRANSCRIPT_KEYS,
            CONVERSATION_KEYS,
            SAMPLING_KEYS,
            DISTRIBUTION_KEYS,
            BACK_KEYS,
            SIDES_KEYS,
            XRAY_KEYS,
            STUDY_LIST_KEYS,
            STUDY_KEYS,
            COLUMN_KEYS,
            ORDER_KEYS,
            BATCH_KEYS,
            STUDY_PROMPT_KEYS,
            TOKENS_KEYS,
            LIST_KEYS,
            (START_KEY,),
            FORM_KEYS,
            CHOICE_KEYS,
            DIALOG_KEYS,
            EXPORT_KEYS,
            HELP_KEYS,
            DELETE_KEYS,
        ),
    )
    for key in keys
}
"""By their ids, by which config.toml changes them."""

HELP_GROUPS = (
    ("Everywhere", (*LAB_KEYS, *APP_KEYS)),
    ("Texts", CORPORA_KEYS),
    ("Runs", (*RUN_LIST_KEYS, *RUN_KEYS)),
    ("Chart", (*CHART_KEYS, *CURVE_KEYS)),
    ("Talk", (*TALK_KEYS, *CONVERSATION_KEYS, *TRANSCRIPT_KEYS, *DISTRIBUTION_KEYS, *SAMPLING_KEYS)),
    ("Surprise, side by side", (*BACK_KEYS, *XRAY_KEYS, *SIDES_KEYS)),
    (
        "Studies",
        (
            *STUDY_LIST_KEYS,
            *STUDY_PROMPT_KEYS,
            *STUDY_KEYS,
            *COLUMN_KEYS,
            *ORDER_KEYS,
            *BATCH_KEYS,
            *TOKENS_KEYS,
        ),
    ),
    ("Lists", LIST_KEYS),
    ("New run", (*FORM_KEYS, *CHOICE_KEYS)),
    ("Questions", (*DIALOG_KEYS, *DELETE_KEYS, *EXPORT_KEYS)),
    ("Help", HELP_KEYS),
)
"""Titles and bindings of the help screen."""
