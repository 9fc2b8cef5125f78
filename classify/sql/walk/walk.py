"""The walk over one statement: what it has found so far, and the bits of the tables that it met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sqlglot import exp

from classify.errors import nearest
from classify.exposure import Cause
from classify.sql.names.relation import Found, Out, Relation, Stored
from classify.sql.names.scope import Scope
from classify.sql.session.session import LimitHit, Session
from classify.sql.session.tables import Table, TableRelation
from classify.sql.text.inside import start_of

if TYPE_CHECKING:
    from classify.labels import Label
    from classify.sql.sources.views import Looked
    from classify.sql.values.declassify import Use


class Note(NamedTuple):
    """Something unresolved, with the node whose place is told, or the place itself as 0-based offsets."""

    cause: Cause
    name: str
    node: exp.Expr | None
    detail: str
    place: tuple[int, int] | None = None


class Sink(NamedTuple):
    """One written column: the catalog's columns that it is, as direct bits (0 if it knows none), and what flows in."""

    mask: int
    flow: int


_MOST_ROUNDS = 2_000
"""The most rounds that the recursive queries of one text take: as many as their columns, and again for each around."""


def places_of(node: exp.Expr) -> Iterator[int | None]:
    """Where the names of a reference begin: of `a.b`, `(t).a.b`, a star, a word; None for one without a place."""
    while node.__class__ is exp.Dot or node.__class__ is exp.Paren:
        part = node.args.get("expression")
        if isinstance(part, exp.Identifier):
            yield start_of(part)
        node = node.args["this"]
    if node.__class__ is exp.Parameter or node.__class__ is exp.Table:
        return  # `@x` has the place of what may be a column; a table is accounted for where it is a source
    for one in (node, *map(node.args.get, ("this", "table", "db", "catalog"))):
        if isinstance(one, exp.Expr):
            yield start_of(one)


class Walk:
    """What the walk over one statement has found.

    Attributes:
        session: names and tables outside the statement.
        row: how its dialect resolves names.
        plain, quoted: fold a column's or alias's name for comparison.
        reads: flow of every base column asked for, directly or through a view.
        named: each resolved reference, its flow, and whether it names base columns itself.
        note: adds to `named`.
        places: where the names of what was resolved begin in the text; None for one without a place.
        placed: adds to `places`.
        stars: the stars that were read.
        touched: each table named, with the node that names it, or None inside a view.
        made_words: the names, in lower case, of the columns of tables and views that the script made.
        aliased: the names that outputs are given.
        sources: each node in FROM and WITH that names a source.
        sinks: what it writes, by canonical name.
        variables: names of the variables that it assigns.
        declassified: calls of functions that the scheme trusts.
        into: the INTO clause that the statement as a whole takes care of, or None.
        looked_through: views of the catalog that the statement has looked through, by number, dialect and moment.
        notes: what could not be resolved.
        muted: whether places are not kept, as inside a view.
        inside_views: what stands for the views that are being looked through.
    """

    __slots__ = (
        "aliased",
        "declassified",
        "inside_views",
        "into",
        "looked_through",
        "made_words",
        "muted",
        "named",
        "note",
        "notes",
        "placed",
        "places",
        "plain",
        "quoted",
        "reads",
        "row",
        "session",
        "sinks",
        "sources",
        "stars",
        "touched",
        "variables",
    )

    def __init__(self, session: Session) -> None:
        self.session = session
        self.row = session.row
        self.plain, self.quoted = session.column_folds
        self.reads = 0
        self.named: list[tuple[exp.Expr, Found]] = []
        self.touched: list[tuple[exp.Expr | None, Table]] = []
        self.sinks: dict[str, Sink] = {}
        self.variables: set[str] = set()
        self.into: exp.Expr | None = None
        self.declassified: list[Use] = []
        self.notes: list[Note] = []
        self.note = self.named.append
        self.sources: list[exp.Expr] = []
        self.aliased: list[exp.Expr] = []
        self.made_words: set[str] = set()
        self.places: set[int | None] = set()
        self.placed = self.places.add
        self.stars: list[exp.Expr] = []
        self.looked_through: dict[tuple[int, str, int], Looked] = {}
        self.muted = False
        self.inside_views: frozenset[object] = frozenset()

    def key(self, identifier: exp.Expr) -> str:
        """A column's or alias's name, folded for comparison."""
        args = identifier.args
        return self.quoted(args["this"]) if args.get("quoted") else self.plain(args["this"])

    def touch(self, table: Table, node: exp.Expr | None) -> None:
        """Note that a dataset is named."""
        self.touched.append((None if self.muted else node, table))

    def table(self, table: Table, node: exp.Expr | None) -> Relation:
        """The relation of a base table in this statement, with what earlier statements of the script wrote into it."""
        self.touch(table, node)
        relation = TableRelation(table, self.session.numbering.first(table))
        carried = self.session.script.carried(table)
        if carried is None:
            return relation
        outs = [Out(out.name, out.key, out.flow | carried.get(out.key, 0)) for out in relation.outs()]
        fields = None
        if relation.fields is not None:
            fields = {path: flow | carried.get(path[0], 0) for path, flow in relation.fields.items()}
        rows = carried.get("", 0)
        self.ask(rows)
        return Stored(table, outs, rows, fields=fields)

    def for_view(self, session: Session, identity: object) -> Walk:
        """A walk for the definition of a view, which looks names up as that session does: same bits, its own reads."""
        inner = Walk(session)
        inner.muted = True
        inner.inside_views = self.inside_views | {identity}
        inner.declassified = self.declassified
        inner.looked_through = self.looked_through
        return inner

    def count_round(self) -> None:
        """Count a round of a recursive query; one in another doubles them with each level."""
        numbering = self.session.numbering
        numbering.rounds += 1
        if numbering.rounds > _MOST_ROUNDS:
            raise LimitHit(f"recursive queries take more than {_MOST_ROUNDS} rounds")

    def assign(self, variable: str, flow: int) -> None:
        """Note that a flow goes into a variable."""
        self.variables.add(variable)
        self.session.script.assign(variable, flow)

    def sink(self, name: str, mask: int, flow: int) -> None:
        """Note that a flow goes into a column; what several branches write into one column goes into it together."""
        known = self.sinks.get(name)
        self.sinks[name] = Sink(mask, flow) if known is None else Sink(mask | known.mask, flow | known.flow)

    def lower(self, flow: int, label: Label) -> int:
        """The flow of the same columns behind a function that leaves that label."""
        return self.session.numbering.lower(flow, label)

    def ask(self, flow: int) -> None:
        """Note that the base columns in a flow are asked for."""
        self.reads |= flow

    def name(self, node: exp.Expr, flow: int, asks: bool) -> None:
        """Note a reference and where it stands."""
        if asks:
            self.reads |= flow
        self.note((node, (flow, asks)))
        self.places.update(places_of(node))
        if node.__class__ is exp.Star or node.args.get("this").__class__ is exp.Star:
            self.stars.append(node)

    def unresolved(self, cause: Cause, name: str, node: exp.Expr | None, detail: str) -> None:
        """Note what is unresolved.

        INVARIANT notes-stay: no note is taken back: what is worked out once, as a CTE is, notes once, whoever asks
        first.
        """
        self.notes.append(Note(cause, name, None if self.muted else node, detail))

    def failed(self, cause: Cause, detail: str, start: int, end: int) -> None:
        """Note that the statement as a whole could not be analysed."""
        self.notes.append(Note(cause, "statement", None, detail, (start, end)))

    def unaccounted(self, name: str, place: tuple[int, int]) -> None:
        """Note a name that spells a column or a source, and that nothing accounts for."""
        detail = (
            f"`{name}` may be a column that this reads, and what it does here is not understood; write it as "
            f"`table.{name}`, rename it, or have the query reviewed"
        )
        self.notes.append(Note(Cause.UNACCOUNTED, name, None, detail, place))

    def unhandled(self, node: exp.Expr, where: str = "here") -> None:
        """Note a class that nobody models.

        INVARIANT no-silence: what is not understood is unresolved, never silence.
        """
        self.unresolved(
            Cause.CONSTRUCT,
            node.key,
            node,
            f"`{node.key}` is not modelled {where}; rewrite it or have the query reviewed",
        )

    def unread(self, node: exp.Expr, key: str) -> None:
        """Note an argument that nobody visits."""
        self.unresolved(
            Cause.CONSTRUCT,
            f"{node.key}.{key.rstrip('_')}",
            node,
            f"the `{key.rstrip('_')}` of `{node.key}` is not modelled; rewrite it or have the query reviewed",
        )

    def rest(self, node: exp.Expr, known: frozenset[str]) -> None:
        """Note every argument of a node that is set and not among the known ones."""
        if node.args.keys() <= known:
            return
        for key, value in node.args.items():
            if value and key not in known:
                self.unread(node, key)

    def unknown_column(self, node: exp.Expr, scope: Scope, keys: Sequence[str]) -> None:
        name = ".".join(keys)
        known = _known_names(scope)

        self.unresolved(
            Cause.UNKNOWN_COLUMN,
            name,
            node,
            f"no source here has a column `{name}`{nearest(keys[-1], known)}; correct the name, or add it to the "
            "catalog",
        )

    def loose(self) -> Relation:
        """The relation of something that is unresolved: it may have any column, and none is told apart."""
        return Relation((), loose=0)


def _known_names(scope: Scope) -> list[str]:
    found: list[str] = []
    level: Scope | None = scope
    while level is not None:
        for source in level.sources:
            if isinstance(source.relation, TableRelation):
                found += [out.key for out in source.relation.table.outs]
            else:
                found += [out.key for out in source.relation.outs()]
        level = level.parent
    return found[:2000]
