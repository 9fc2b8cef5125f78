"""The table that a statement changes: known, made by the script itself, or not in the catalog.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("insert into users (name) select ssn from users", catalog, dialect="postgres")
>>> [(one.column, one.direct, one.indirect) for one in found.writes]
[('users.name', ('users.ssn',), ())]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.names import Part
from classify.sql.names.flows import DIRECT, members
from classify.sql.names.relation import Out, Relation, Stored, renamed
from classify.sql.names.scope import Scope, Source
from classify.sql.session.script import Missing
from classify.sql.session.session import temporary_mark
from classify.sql.session.tables import Table, TableRelation
from classify.sql.sources.aliases import alias_of
from classify.sql.sources.made import Made, MadeView
from classify.sql.sources.views import view_relation
from classify.sql.statements.nested import by_field
from classify.sql.walk.argument_roles import HARMLESS_OF_TARGET
from classify.sql.walk.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


class Target:
    """A table that a statement writes.

    Attributes:
        of: the table, or what the script made; None where it is unresolved.
        key: the name that reaches it in the statement.
        relation: its columns as a source.
    """

    __slots__ = ("_name", "_path", "_written", "key", "of", "relation")

    def __init__(
        self,
        of: Table | Made | MadeView | None,
        name: str,
        key: str,
        relation: Relation,
        path: tuple[str, ...] = (),
    ) -> None:
        self.of = of
        self.key = key
        self.relation = relation
        self._name = name
        self._path = path
        self._written: dict[str, int] = {}

    @classmethod
    def of_source(cls, source: Source) -> Target:
        """A source of the statement that it also writes."""
        relation = source.relation
        of: Table | Made | MadeView | None = None
        if isinstance(relation, TableRelation):
            of = relation.table
        elif isinstance(relation, Stored):
            of = relation.of
        name = str(of.dataset.name) if isinstance(of, Table) else of.name if of is not None else source.key
        return cls(of, name, source.key, relation, source.path)

    @property
    def made(self) -> bool:
        """Whether the script made it."""
        return isinstance(self.of, (Made, MadeView))

    def source(self, scope: Scope) -> None:
        """Add it to a scope, as a source whose columns are asked for when they are named."""
        scope.add(Source(self.key, self.relation, self._path))

    def returned(self, walk: Walk, scope: Scope) -> None:
        """Let a scope see the row as the change leaves it, as RETURNING does, and under their names both its images."""
        written = self._written
        relation = self.relation
        outs = [Out(out.name, out.key, out.flow | written.get(out.key, 0)) for out in relation.outs()]
        fields = relation.fields
        if fields is not None:
            fields = {path: flow | written.get(path[0], 0) for path, flow in fields.items()}
        after = Relation(outs, relation.rows, asks=True, loose=relation.loose, fields=fields)
        for source in scope.sources:
            if source.relation is relation:
                scope.replace(source, after)
        for key, image in zip(walk.row.row_images, (relation, after), strict=False):
            if key not in scope.aliases:
                scope.add(Source(key, image, hidden=True))

    def reached_by(self, key: str) -> bool:
        return key == self.key

    def has(self, key: str) -> bool:
        return self.relation.find(key) is not None

    def write(self, walk: Walk, key: str, name: str, flow: int, fields: Sequence[tuple[str, str]] = ()) -> None:
        """Note that a flow goes into one column, or into a field of it.

        Args:
            key, name: the column's folded and displayed name.
            fields: the same of each field on the way down to the one that is written.
        """
        self._written[key] = self._written.get(key, 0) | flow
        of = self.of
        table, column = (of, key) if isinstance(of, Table) else (None, key)
        if isinstance(of, Made) and key in of.origins:
            table, column = of.base, of.origins[key]
        known = True
        if table is not None and table.dataset.view is None:
            known = _into_table(walk, table, column, tuple(field for field, _ in fields), flow)
        elif isinstance(of, Made) and table is None:
            known = of.carry(key, flow)
            walk.sink(self._column(walk, (key, name), *fields), 0, flow)
        elif of is not None:
            self._through_view(walk, [(key, name), *fields], flow)
        else:
            if not walk.found.notes:
                walk.unresolved(
                    Cause.CONSTRUCT, self._name, None, "what this writes is not known; name the table itself"
                )
            walk.sink(self._column(walk, (key, name), *fields), 0, flow)
        if not known:
            walk.unresolved(
                Cause.UNKNOWN_COLUMN,
                f"{self._name}.{name}",
                None,
                f"`{self._name}` has no column `{name}` in the catalog; correct the name, or add it to the catalog",
            )

    def write_row(self, walk: Walk, names: list[tuple[str, str]], relation: Relation) -> None:
        """Note that a query's columns go into the named ones, or into all, in order."""
        wanted = names or [(out.key, out.name) for out in self.relation.outs()]
        outs = relation.outs()
        if len(outs) > len(wanted) and self.of is not None and self.relation.loose is None:
            detail = f"`{self._name}` has fewer columns than what goes into it; add them to the catalog"
            walk.unresolved(Cause.UNKNOWN_COLUMN, self._name, None, detail)
        for at, (key, name) in enumerate(wanted):
            if at < len(outs):
                self.write(walk, key, name, outs[at].flow | relation.rows)
            elif relation.loose is not None:
                self.write(walk, key, name, relation.whole() | relation.rows)
        self.decide(walk, relation.rows)

    def write_all(self, walk: Walk, flow: int) -> None:
        """Note that every column is changed (DELETE, TRUNCATE)."""
        for out in self.relation.outs():
            self.write(walk, out.key, out.name, flow)
        self.decide(walk, flow)

    def decide(self, walk: Walk, flow: int) -> None:
        """Let a flow that decides which rows there are reach later statements."""
        script = walk.session.script
        if isinstance(self.of, Made):
            self.of.decide(flow, [table for _, table in walk.found.touched])
            if self.of.base is not None:
                script.carry_rows(self.of.base, flow)
        elif isinstance(self.of, Table) and self.of.dataset.view is None:
            script.carry_rows(self.of, flow)
        else:
            tables = walk.session.numbering.tables
            for first, table in tables:
                if self.relation.whole() >> 2 * first & (1 << 2 * table.width) - 1:
                    script.carry_rows(table, flow)
        script.writes += 1

    def proposed(self, names: list[tuple[str, str]], relation: Relation) -> Relation:
        """The row that INSERT proposes: the target's columns with what would flow into them."""
        wanted = [key for key, _ in names] or [out.key for out in self.relation.outs()]
        flows = dict(zip(wanted, (out.flow | relation.rows for out in relation.outs()), strict=False))
        return Relation([Out(out.name, out.key, flows.get(out.key, 0)) for out in self.relation.outs()])

    def _column(self, walk: Walk, *names: tuple[str, str]) -> str:
        return ".".join([self._name, *(column_name(walk, key, name) for key, name in names)])

    def _through_view(self, walk: Walk, names: list[tuple[str, str]], flow: int) -> None:
        """Note that a flow goes through a view into the columns that make its own."""
        below = self.relation.find(names[0][0])
        mask = (below or 0) & DIRECT
        session = walk.session
        if below is None or session.script.names.tables:
            walk.unresolved(
                Cause.VIEW,
                self._name,
                None,
                f"what this writes through `{self._name}` is not known; write the table itself",
            )
        session.script.carry_through(session.numbering.tables, mask, flow)
        walk.sink(self._column(walk, *names), mask, flow)


def _into_table(walk: Walk, table: Table, key: str, path: tuple[str, ...], flow: int) -> bool:
    """Note that a flow goes into a column of the catalog and its fields; false where there is no such column."""
    whole = table.masks.get(key)
    if whole is None:
        return False
    walk.session.script.carry(table, key, flow)
    place = (key, *path)
    # A field that the catalog does not tell apart is a part of what is around it, beside the fields that it does.
    while len(place) > 1 and place not in table.fields:
        place = place[:-1]
    numbers = list(members(whole if len(place) == 1 else table.fields[place]))
    if len(place) <= len(path):
        del numbers[1:]
    below = {next(members(mask)): one for one, mask in table.fields.items()} if len(numbers) > 1 else {}
    sinks = [below.get(number, place)[len(place) :] for number in numbers]
    first = walk.session.numbering.first(table)
    flows = by_field(walk.session.numbering.tables, flow, sinks)
    for number, one in zip(numbers, flows, strict=True):
        walk.sink(table.names[number], 1 << 2 * (first + number), one)
    return True


def assigned_names(node: exp.Expr) -> tuple[list[exp.Identifier], list[exp.Expr]]:
    """The names of what an assignment writes, outermost first, and the subscripts in it; no names if it is no such.

    What stands behind a subscript is a part of the element, so it is left out.
    """
    names: list[exp.Expr] = []
    subscripts: list[exp.Expr] = []
    at = node
    while at.__class__ in (exp.Bracket, exp.Dot, exp.Paren):
        if at.__class__ is exp.Bracket:
            subscripts += at.args["expressions"]
            names = []
        elif at.__class__ is exp.Dot:
            names.insert(0, at.args["expression"])
        at = at.args["this"]
    names[:0] = (
        [part for part in map(at.args.get, ("catalog", "db", "table", "this")) if part]
        if at.__class__ is exp.Column
        else [at]
    )
    found = [name for name in names if isinstance(name, exp.Identifier)]
    return (found if len(found) == len(names) else []), subscripts


def spelled(walk: Walk, node: exp.Table) -> str:
    """A table's name as the text writes it, with the quotes that it needs."""
    plain, quoted = walk.session.folds
    found = []
    for part in (node.args.get(key) for key in ("catalog", "db", "this")):
        if part:
            exact = bool(part.args.get("quoted")) and plain(part.name) != quoted(part.name)
            found.append(temporary_mark(part.args) + str(Part(part.name, exact)))
    return ".".join(found)


def column_name(walk: Walk, key: str, name: str) -> str:
    """A column's name with the quotes that it needs."""
    return str(Part(name, walk.row.columns.fold(name, False) != key))


_TARGET_KNOWN = frozenset(("this", "db", "catalog", "alias")) | HARMLESS_OF_TARGET
_NAMES = frozenset((exp.Identifier, exp.Column, exp.Var))


def target_of(walk: Walk, node: exp.Table, reads: Collection[str] = ()) -> Target:
    """The table that a statement writes, touched but not read.

    Args:
        reads: the arguments that the statement takes care of.
    """
    known = _TARGET_KNOWN.union(reads)
    partition = node.args.get("partition")
    if partition and not walk.row.partition_columns:
        # MySQL, "Partition Selection": names of partitions.
        known |= {"partition"}
        for one in partition.args["expressions"] if isinstance(partition, exp.Partition) else [partition]:
            if one.__class__ not in _NAMES or not isinstance(partition, exp.Partition):
                walk.unread(node, "partition")
    walk.rest(node, known)
    key, names = alias_of(walk, node)
    variable = node.this.__class__ is exp.Parameter
    parts = walk.session.parts(node) if variable or node.this.__class__ is exp.Identifier else None
    if parts is None:
        walk.unhandled(node, "as a target")
        return Target(None, "unknown", key, walk.loose())
    own = key or (parts[0] if variable else walk.key(node.this))
    found = walk.session.find(parts)
    if isinstance(found, Missing):
        walk.unresolved(found.cause, ".".join(parts), node, found.detail)
        return Target(None, spelled(walk, node), own, walk.loose())
    if not isinstance(found, Table):
        walk.found.filled.append(found)
        return Target(found, found.name, own, renamed(found.columns(walk, node), names))
    name = str(found.dataset.name)
    if found.dataset.view is not None:
        return Target(found, name, own, renamed(view_relation(walk, found, node), names))
    relation = walk.table(found, node)
    path = tuple(walk.row.columns.fold(part.text, part.quoted) for part in found.dataset.name.parts[:-1])
    return Target(found, name, own, renamed(relation, names), () if key else path)
