"""The walk over one statement: its context, and what it has found so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.errors import nearest
from classify.exposure import Cause
from classify.sql.names.relation import Out, Relation, Stored
from classify.sql.names.scope import Scope
from classify.sql.session.session import LimitHit, Session
from classify.sql.session.tables import Table, TableRelation
from classify.sql.text.inside import start_of
from classify.sql.walk.findings import Findings, Note, Sink

if TYPE_CHECKING:
    from classify.labels import Label
    from classify.sql.sources.views import Looked


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
    """The walk over one statement: where it looks names up, and what it has found so far.

    Attributes:
        found: the value that it comes to.
        session: names and tables outside the statement.
        row: how its dialect resolves names.
        plain, quoted: fold a column's or alias's name for comparison.
        account, refer: add to the names that are accounted for, and to the references found.
        into: the INTO clause that the statement as a whole takes care of, or None.
        looked_through: views of the catalog that the statement has looked through, by number, dialect and moment.
        hides_places: whether places are not kept, as inside a view.
        inside_views: what stands for the views that are being looked through.
    """

    __slots__ = (
        "account",
        "found",
        "hides_places",
        "inside_views",
        "into",
        "looked_through",
        "plain",
        "quoted",
        "refer",
        "row",
        "session",
    )

    def __init__(self, session: Session) -> None:
        self.session = session
        self.row = session.row
        self.plain, self.quoted = session.column_folds
        self.found = Findings()
        self.account = self.found.names.append
        self.refer = self.found.references.append
        self.into: exp.Expr | None = None
        self.looked_through: dict[tuple[int, str, int], Looked] = {}
        self.hides_places = False
        self.inside_views: frozenset[object] = frozenset()

    def key(self, identifier: exp.Expr) -> str:
        """A column's or alias's name, folded for comparison."""
        args = identifier.args
        return self.quoted(args["this"]) if args.get("quoted") else self.plain(args["this"])

    def touch(self, table: Table, node: exp.Expr | None) -> None:
        """Note that a dataset is named."""
        self.found.touched.append((None if self.hides_places else node, table))

    def table(self, table: Table, node: exp.Expr | None) -> Relation:
        """The relation of a base table in this statement, with what earlier statements of the script wrote into it."""
        self.touch(table, node)
        session = self.session
        relation = TableRelation(table, session.numbering.first(table))
        carried = session.script.carried(table) if session.script.writes else None
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
        inner.hides_places = True
        inner.inside_views = self.inside_views | {identity}
        inner.found.declassified = self.found.declassified
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
        self.found.variables.add(variable)
        self.session.script.assign(variable, flow)

    def variable(self, node: exp.Expr, name: str) -> int:
        """The flow of a variable that is read."""
        script = self.session.script
        if name in script.doubted:
            detail = "an earlier statement puts what is not understood into it; have that reviewed, or set it otherwise"
            self.unresolved(Cause.CONSTRUCT, name, node, detail)
        return script.variables.get(name, 0)

    def doubt_what_was_written(self, kind: str) -> None:
        """Have what the statement fills and the catalog has no label of, be unresolved for later ones, as it is itself.

        One of a kind that nobody knows may fill any of them, and assign any variable.

        INVARIANT doubt-flows-on: what is not understood is as unresolved where a script keeps it and reads it later.
        """
        script = self.session.script
        tables = script.made() if kind == "unknown" else self.found.filled
        for made in tables:
            if made.base is None and not made.doubt:
                made.doubt = (
                    f"an earlier statement fills `{made.name}` with what is not understood; have that reviewed, or add "
                    "the table to the catalog"
                )
        script.doubted.update(script.variables if kind == "unknown" else map(str.lower, self.found.variables))

    def sink(self, name: str, mask: int, flow: int) -> None:
        """Note that a flow goes into a column; what several branches write into one column goes into it together."""
        known = self.found.sinks.get(name)
        self.found.sinks[name] = Sink(mask, flow) if known is None else Sink(mask | known.mask, flow | known.flow)

    def lower(self, flow: int, label: Label) -> int:
        """The flow of the same columns behind a function that leaves that label."""
        return self.session.numbering.lower(flow, label)

    def ask(self, flow: int) -> None:
        """Note that the base columns in a flow are asked for."""
        self.found.asked |= flow

    def name(self, node: exp.Expr, flow: int, asks: bool) -> None:
        """Note a reference and where it stands."""
        self.refer((node, (flow, asks)))
        self.found.places.update(places_of(node))
        if node.__class__ is exp.Star or node.args.get("this").__class__ is exp.Star:
            self.found.stars.append(node)

    def unresolved(self, cause: Cause, name: str, node: exp.Expr | None, detail: str) -> None:
        """Note what is unresolved.

        INVARIANT notes-stay: no note is taken back: what is worked out once, as a CTE is, notes once, whoever asks
        first.
        """
        self.found.notes.append(Note(cause, name, None if self.hides_places else node, detail))

    def failed(self, cause: Cause, detail: str, start: int, end: int) -> None:
        """Note that the statement as a whole could not be analysed."""
        self.found.notes.append(Note(cause, "statement", None, detail, (start, end)))

    def unaccounted(self, name: str, place: tuple[int, int]) -> None:
        """Note a name that spells a column or a source, and that nothing accounts for."""
        detail = (
            f"`{name}` may be a column that this reads, and what it does here is not understood; write it as "
            f"`table.{name}`, rename it, or have the query reviewed"
        )
        self.found.notes.append(Note(Cause.UNACCOUNTED, name, None, detail, place))

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
