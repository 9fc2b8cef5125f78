"""What a policy's file and a groups file may hold: the reader checks files against it, JSON Schemas are made of it."""

from __future__ import annotations

from classify.documents import Field, Form, ListOf, MapOf, Record, Text, Truth, Version, Whole, Word
from classify.labels.scheme_file import CATEGORY_TEXT, LEVEL_TEXT
from classify.policy.facts import ACTIONS, Scope
from classify.policy.rules import Effect

NAME = Text("a name: letters, digits, `_`, `.` and `-`", r"^[^\W_][\w.-]*$")
DURATION = Text("a duration with a unit, as `30m`, `8h` or `7d`", r"^[1-9][0-9]{0,4}[mhd]$")
KEY = Text("a public key, as `classify audit key` prints it", r"^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$")
_PATTERN = Text(
    "a dataset's name, in which `*` stands for anything", r"^[^\x00-\x1f\x7f-\x9f]*\S[^\x00-\x1f\x7f-\x9f]*$"
)
REFERENCE = Text(
    "a text with `<digits>`, `<letters>` or `<word>` apart from each other, as `SEC-<digits>`",
    r"^[^<>\x00-\x1f]*(<(digits|letters|word)>[^<>\x00-\x1f]+)*(<(digits|letters|word)>)?$",
)


def _names(help_: str) -> ListOf:
    return ListOf(NAME, least=1, help=help_)


DATA = Record(
    "tests of data",
    {
        "level_at_least": Field(LEVEL_TEXT),
        "level_at_most": Field(LEVEL_TEXT),
        "categories_any": Field(ListOf(CATEGORY_TEXT, least=1)),
        "categories_within": Field(ListOf(CATEGORY_TEXT)),
        "residency_any": Field(_names("The data must stay in one of these.")),
        "residency_within": Field(ListOf(NAME)),
        "datasets": Field(ListOf(_PATTERN, least=1)),
        "together": Field(ListOf(ListOf(CATEGORY_TEXT, least=2), least=1, help="Categories that one query touches.")),
        "unresolved": Field(Truth(help="Whether the query was not understood.")),
    },
)

REQUESTER = Record(
    "tests of the requester",
    {
        "groups_any": Field(_names("Groups that they are in one of.")),
        "groups_none": Field(_names("Groups that they are in none of.")),
        "region_in": Field(_names("Regions that they are in one of.")),
        "outside": Field(NAME),
        "employment": Field(_names("As `staff` or `vendor`.")),
        "clearance_at_least": Field(LEVEL_TEXT),
        "clearance_below": Field(LEVEL_TEXT),
        "identity_at_least": Field(NAME),
        "identity_below": Field(NAME),
    },
)

_PLACE = {"region_in": Field(_names("Regions that it is in one of.")), "outside": Field(NAME)}

WHEN = Record(
    "the tests of a rule",
    {
        "data": Field(DATA),
        "requester": Field(REQUESTER),
        "execution": Field(Record("tests of where the query runs", _PLACE)),
        "sink": Field(
            Record("tests of where the data goes", {**_PLACE, "kind": Field(_names("As `person` or `table`."))})
        ),
        "action": Field(ListOf(Word("action", ACTIONS), least=1)),
        "purpose": Field(_names("What the data is for.")),
        "purpose_not": Field(_names("What the data is not for.")),
        "environment": Field(_names("As `production`.")),
    },
)

_RULE = Record(
    "a rule",
    {
        "id": Field(NAME, required=True),
        "effect": Field(Word("effect", tuple(Effect)), required=True),
        "when": Field(WHEN, required=True),
        "approvals": Field(
            ListOf(
                Record(
                    "approvals",
                    {
                        "count": Field(Whole(1, 20), required=True),
                        "groups": Field(_names("Of which they are in one."), required=True),
                        "region": Field(NAME),
                        "clearance": Field(LEVEL_TEXT),
                        "signed": Field(Truth(help="Whether each needs a signature.")),
                        "identity_at_least": Field(NAME),
                    },
                ),
                least=1,
                help="Who must agree.",
            )
        ),
        "for_at_most": Field(DURATION),
        "references": Field(_names("What must be referred to, as a ticket.")),
        "scope": Field(Word("scope", tuple(one.name.lower() for one in Scope), help="What a grant may cover.")),
        "obligations": Field(
            Record(
                "obligations",
                {
                    "mask": Field(ListOf(CATEGORY_TEXT, least=1)),
                    "rows_at_most": Field(Whole(0, 1_000_000_000)),
                    "watermark": Field(Truth()),
                    "notify": Field(_names("Groups that are told.")),
                },
            )
        ),
        "review": Field(
            Record(
                "a review",
                {
                    "count": Field(Whole(1, 20), required=True),
                    "groups": Field(_names("Of which they are in one."), required=True),
                    "within": Field(DURATION, required=True),
                },
            )
        ),
        "advice": Field(Text("a line for who asks", help="What else they could do.")),
    },
)

POLICY_FILE = Form(
    "policy",
    "A policy: who may see which class of data, and who must agree to it",
    Record(
        "a policy file",
        {
            "$schema": Field(Text("where the JSON Schema of the file is", help="For editors.")),
            "version": Field(Version(1), required=True),
            "regions": Field(MapOf("region", NAME, ListOf(NAME), help="By region, those inside of it.")),
            "references": Field(MapOf("reference", NAME, REFERENCE, help="By name, what one looks like.")),
            "purposes": Field(_names("Every purpose there is; without it, any may be named.")),
            "identities": Field(_names("How well it is known who somebody is, the weakest first.")),
            "rules": Field(ListOf(_RULE, least=1), required=True),
        },
    ),
    {},
)

GROUPS_FILE = Form(
    "groups",
    "Groups, and the people in them",
    Record(
        "a groups file",
        {
            "$schema": Field(Text("where the JSON Schema of the file is", help="For editors.")),
            "version": Field(Version(1), required=True),
            "groups": Field(MapOf("group", NAME, ListOf(NAME), help="By group, its members' ids."), required=True),
            "people": Field(
                MapOf(
                    "person",
                    NAME,
                    Record(
                        "a person",
                        {
                            "region": Field(NAME),
                            "employment": Field(NAME),
                            "clearance": Field(LEVEL_TEXT),
                            "key": Field(KEY),
                        },
                    ),
                    help="What is known of each.",
                )
            ),
        },
    ),
    {},
)

_SINK = Record("a sink", {"kind": Field(NAME), "region": Field(NAME)})
_PERSON = {
    "id": Field(NAME, required=True),
    "groups": Field(ListOf(NAME)),
    "region": Field(NAME),
    "employment": Field(NAME),
    "clearance": Field(LEVEL_TEXT),
    "identity": Field(NAME),
}

CASES_FILE = Form(
    "policy-cases",
    "Cases of a policy: what it must decide",
    Record(
        "a file of cases",
        {
            "$schema": Field(Text("where the JSON Schema of the file is", help="For editors.")),
            "version": Field(Version(1), required=True),
            "cases": Field(
                ListOf(
                    Record(
                        "a case",
                        {
                            "name": Field(Text("a name"), required=True),
                            "sql": Field(Text("a query"), required=True),
                            "requester": Field(
                                Record("a requester", {**_PERSON, "review_overdue": Field(Truth())}), required=True
                            ),
                            "action": Field(Word("action", ACTIONS)),
                            "purpose": Field(NAME),
                            "environment": Field(NAME),
                            "execution": Field(NAME),
                            "sink": Field(_SINK),
                            "author": Field(NAME),
                            "references": Field(MapOf("reference", NAME, Text("a text"))),
                            "break_glass": Field(Truth(help="Whether it is claimed, from now on.")),
                            "approvals": Field(
                                ListOf(
                                    Record(
                                        "an approval", {**_PERSON, "acting_for": Field(NAME), "signed": Field(Truth())}
                                    ),
                                    help="Who agreed to this very query, just now.",
                                )
                            ),
                            "expect": Field(Word("decision", ("allow", "deny", "needs_approval")), required=True),
                            "rules": Field(ListOf(NAME, help="Rules that are among the reasons.")),
                            "missing": Field(Whole(0, 100, help="How many people have yet to agree.")),
                        },
                    ),
                    least=1,
                ),
                required=True,
            ),
        },
    ),
    {},
)

LOOSENING = frozenset("level_at_most categories_within residency_within clearance_at_least identity_at_least".split())
"""Tests of rules that allow, or break glass."""
TIGHTENING = frozenset(
    "level_at_least categories_any residency_any together unresolved groups_none outside clearance_below "
    "identity_below purpose_not".split()
)
"""Tests of rules that deny or require."""
