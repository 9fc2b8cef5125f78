"""What `[tool.classify]` of a `pyproject.toml` may hold."""

from __future__ import annotations

from classify.checks.settings import Touch
from classify.documents import Either, Field, Form, ListOf, Record, Text, Word

OVERRIDE_KEYS = ("dialect", "ceiling", "default-schema", "sink")
DEFAULT_KEYS = OVERRIDE_KEYS[:-1]
"""Those of a file's that the table itself may have, for all."""
SELECTION_KEYS = ("select", "ignore", "warn")
REQUEST_KEYS = ("requester", "identity", "action", "purpose", "environment", "execution-region", "sink-kind",
                "sink-region")  # fmt: skip

_TEXT = Field(Text("a text", r"^[\s\S]*$"))


def _several(item: Text) -> Field:
    return Field(Either(f"{item.expected} or a list of them", (item, ListOf(item))))


_TEXTS = _several(Text("a text", r"^[\s\S]*$"))
_CODES = _several(Text("a code as CLS101, what codes begin with, or ALL", r"^(ALL|CLS\d{0,3})$"))
_SELECTION = dict.fromkeys(SELECTION_KEYS, _CODES)
_REQUEST = Record(
    "a table",
    {**dict.fromkeys(REQUEST_KEYS, _TEXT), "action": Field(Word("action", ("read", "write", "export")))},
)
_PATH = Record(
    "a `paths` entry",
    {
        "match": Field(Text("the gitignore pattern of its files"), required=True),
        **dict.fromkeys(OVERRIDE_KEYS, _TEXT),
        "request": Field(_REQUEST),
        **_SELECTION,
    },
)
_IDENTITY = Record(
    "a table",
    {
        "provider": Field(Word("provider", ("os", "environment", "oidc"))),
        **dict.fromkeys(("issuer", "audience", "claim"), _TEXT),
    },
)

SETTINGS = Form(
    "settings",
    "The settings of a repository",
    Record(
        "a table",
        {
            "catalog": _TEXTS,
            **dict.fromkeys(("scheme", "policy", "groups", "store"), _TEXT),
            "identity": Field(_IDENTITY),
            "touch": Field(Word("touch", tuple(touch.value for touch in Touch))),
            "exclude": _TEXTS,
            "callees": _TEXTS,
            "request": Field(_REQUEST),
            "paths": Field(ListOf(_PATH)),
            **dict.fromkeys(DEFAULT_KEYS, _TEXT),
            **_SELECTION,
        },
    ),
    {},
)
