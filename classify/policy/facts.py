"""What a decision is about: who asks for what, from where, and who agreed to it before."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from attrs import field, frozen

from classify.exposure import Exposure, Statement
from classify.labels import Label

ACTIONS = ("read", "write", "export")
NOTHING: Mapping[str, str] = MappingProxyType({})


def _names(values: Iterable[str] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)


@frozen
class Principal:
    """A person, with what is known of them. None stands for what nobody knows.

    Attributes:
        id: of the person, not of a login.
        groups: that they are in.
        region: where they work.
        employment: as `staff` or `vendor`.
        clearance: the name of the highest level that they may see.
        identity: how well it is known who they are: one of the policy's `identities`.
        review_overdue: whether a review of an earlier break-glass is overdue.
    """

    id: str
    groups: frozenset[str] | None = field(default=None, converter=_names)
    region: str | None = None
    employment: str | None = None
    clearance: str | None = None
    identity: str | None = None
    review_overdue: bool | None = None


@frozen
class Sink:
    """Where data goes.

    Attributes:
        kind: `person` for a result that the requester reads; or `table`, `file`, `share`, …
        region: where it is; of a person the requester's.
    """

    kind: str | None = None
    region: str | None = None


@frozen
class Request:
    """Who asks for what. None stands for what nobody knows.

    Attributes:
        action: `read`, `write` or `export`.
        execution_region: where the query runs.
        author: the person who wrote the text, if another one.
        references: by name, a ticket or the like.
        break_glass: since when it is claimed, or None where it is not.
        template, statement: digests of the text without and with its values.
    """

    principal: Principal
    action: str = "read"
    purpose: str | None = None
    environment: str | None = None
    execution_region: str | None = None
    sink: Sink = field(factory=lambda: Sink("person"))
    author: str | None = None
    references: Mapping[str, str] = NOTHING
    break_glass: datetime.datetime | None = None
    template: str | None = None
    statement: str | None = None

    @property
    def sink_region(self) -> str | None:
        """Where the data goes: to a person, where they are."""
        if self.sink.kind == "person" and self.sink.region is None:
            return self.principal.region
        return self.sink.region


class Scope(enum.IntEnum):
    """What a grant covers, the narrowest last."""

    COLUMNS = 0
    TEMPLATE = 1
    STATEMENT = 2


@frozen
class Approval:
    """One person's agreement, with what was known of them then.

    Attributes:
        acting_for: the person whose delegate they were, or None.
        signed: whether it has their signature.
    """

    approver: Principal
    acting_for: str | None = None
    signed: bool = False


@frozen
class Grant:
    """What was agreed to: evidence, which each decision weighs anew.

    Attributes:
        requester: the person's id.
        scope: what it covers.
        columns: of the exposure that was agreed to, each with its label then.
        template, statement: digests of the text that was agreed to.
        begins, ends: when it holds, the end exclusive.
        references: that were given for it.
        is_revoked: whether it was taken back.
    """

    id: str
    requester: str
    action: str
    purpose: str | None
    execution_region: str | None
    sink: Sink
    approvals: tuple[Approval, ...]
    begins: datetime.datetime
    ends: datetime.datetime
    scope: Scope = Scope.COLUMNS
    columns: Mapping[str, Label] = field(factory=dict)
    template: str | None = None
    statement: str | None = None
    references: Mapping[str, str] = NOTHING
    is_revoked: bool = False


@frozen
class Touch:
    """A label that a query touches, in one dataset.

    Attributes:
        dataset: its canonical name, or None where it is not known.
        columns: that have the label there.
    """

    label: Label
    dataset: str | None
    columns: tuple[str, ...]


@frozen
class Touched:
    """All that a query touches, as a policy looks at it.

    Attributes:
        touches: each label in each dataset.
        columns: each column, and each dataset for its rows, with its label.
        is_unresolved: whether the query was not understood.
        does: `write` where it writes or changes something, with `read` where that is what it reads; `export` where it
            hands data out of the database's tables, as far as anyone can tell.
    """

    touches: tuple[Touch, ...]
    columns: Mapping[str, Label]
    is_unresolved: bool
    does: frozenset[str] = frozenset()

    def actions(self, asked: str) -> frozenset[str]:
        """What is done: what was asked for, and what the query does, whatever was said of it."""
        return self.does | {asked}

    @property
    def action(self) -> str:
        """What it is to be asked for as."""
        return next((one for one in ("export", "write") if one in self.does), "read")


# Statements that read, or change the session alone; what is not understood may do anything.
_READING = frozenset(("select", "values", "explain", "show", "maintenance", "set", "use", "transaction"))


def does(statement: Statement) -> frozenset[str]:
    """What a statement does whatever is said of it: `write`, `export`, both where nobody can tell, or nothing.

    One that writes what it reads, or returns something, is a `read` too; one that only reads is what it is called.
    """
    if statement.writes or statement.kind not in (*_READING, "copy", "unknown"):
        # Into a file or a stage, say, in a way that was not understood.
        hidden = not statement.writes and statement.unresolved
        reads = statement.outputs or any(write.direct for write in statement.writes)
        found = frozenset(("write", "export")) if hidden else frozenset(("write",))
        return found | {"read"} if reads else found
    if statement.kind == "copy" and not statement.unresolved:
        return frozenset(("export",))
    return frozenset() if statement.kind in _READING else frozenset(("write", "export"))


def touched_by(exposure: Exposure, bottom: Label) -> Touched:
    """What a query touches; one that touches nothing touches the lowest label."""
    found: dict[tuple[Label, str | None], list[str]] = {}
    columns: dict[str, Label] = {}
    for statement in exposure.statements:
        known: list[Label] = []
        entries = [(dataset.name, dataset.name, dataset.rows) for dataset in statement.datasets]
        entries += [(one.column, statement.dataset_of(one.column), one.label) for one in statement.reads]
        entries += [(one.column, statement.dataset_of(one.column), one.label) for one in statement.writes]
        for column, dataset, label in entries:
            # Behind a function that the scheme trusts to lower it, a column counts as what is left.
            here = label if statement.label.dominates(label) else label.meet(statement.label)
            known.append(here)
            found.setdefault((here, dataset), []).append(column)
            columns[column] = here.join(columns[column]) if column in columns else here
        if not any(label.dominates(statement.label) for label in known) and not _joined(known, statement.label):
            found.setdefault((statement.label, None), [])
    if not found or not _joined([label for label, _ in found], exposure.label):
        found.setdefault((exposure.label.join(bottom), None), [])
    done = frozenset[str]().union(*map(does, exposure.statements))
    touches = tuple(Touch(label, dataset, tuple(dict.fromkeys(some))) for (label, dataset), some in found.items())
    return Touched(touches, columns, bool(exposure.unresolved), done)


def _joined(labels: list[Label], whole: Label) -> bool:
    """Whether some labels together are as high as the whole."""
    if not labels:
        return False
    together = labels[0]
    for label in labels[1:]:
        together = together.join(label)
    return together.dominates(whole)
