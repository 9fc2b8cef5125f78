"""The table that a statement changes: known, made by the script itself, or not in the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.flows import members
from classify.sql.query import renamed
from classify.sql.relation import Out, Relation
from classify.sql.scope import Scope, Source
from classify.sql.session import Missing
from classify.sql.sources import alias_of
from classify.sql.tables import Table, TableRelation

if TYPE_CHECKING:
    from classify.sql.walk import Walk


class Target:
    """A table that a statement writes.

    Attributes:
        table: of the catalog, or None.
        key: the name that reaches it in the statement.
        relation: its columns as a source.
    """

    __slots__ = ("_name", "_path", "key", "made", "relation", "table")

    def __init__(
        self,
        table: Table | None,
        name: str,
        key: str,
        relation: Relation,
        path: tuple[str, ...] = (),
        made: tuple[str, ...] | None = None,
    ) -> None:
        self.table = table
        self.key = key
        self.relation = relation
        self.made = made
        self._name = name
        self._path = path

    @classmethod
    def of_source(cls, walk: Walk, source: Source) -> Target:
        """A source of the statement that it also writes."""
        relation = source.relation
        table = relation.table if isinstance(relation, TableRelation) else None
        return cls(table, str(table.dataset.name) if table else source.key, source.key, relation, source.path)

    def source(self, scope: Scope) -> None:
        """Add it to a scope, as a source whose columns are asked for when they are named."""
        scope.add(Source(self.key, self.relation, self._path))

    def reached_by(self, key: str) -> bool:
        return key == self.key

    def has(self, key: str) -> bool:
        return self.relation.find(key) is not None

    def write(self, walk: Walk, key: str, name: str, flow: int) -> None:
        """Note that a flow goes into one column."""
        from classify.sql.walk import Sink  # the walk needs the relations

        number = None
        canonical = f"{self._name}.{name}"
        if self.table is not None:
            mask = self.table.masks.get(key)
            if mask is None:
                walk.unresolved(
                    Cause.UNKNOWN_COLUMN,
                    f"{self._name}.{name}",
                    None,
                    f"`{self._name}` has no column `{name}` in the catalog",
                )
                return
            local = next(members(mask))
            number = walk.first(self.table) + local
            canonical = self.table.names[local]
            carried = walk.session.carried.setdefault(id(self.table.dataset), {})
            carried[key] = carried.get(key, 0) | flow
        elif self.made is not None:
            walk.session.carry(self.made, key, name, flow)
        walk.sinks.append(Sink(self.table, canonical, number, flow))

    def write_row(self, walk: Walk, names: list[tuple[str, str]], relation: Relation) -> None:
        """Note that a query's columns go into the named ones, or into all, in order."""
        wanted = names or [(out.key, out.name) for out in self.relation.outs()]
        outs = relation.outs()
        for at, (key, name) in enumerate(wanted):
            if at < len(outs):
                self.write(walk, key, name, outs[at].flow | relation.rows)
            elif relation.loose is not None:
                self.write(walk, key, name, relation.whole() | relation.rows)

    def write_all(self, walk: Walk, flow: int) -> None:
        """Note that every column is changed (DELETE, TRUNCATE)."""
        for out in self.relation.outs():
            self.write(walk, out.key, out.name, flow)

    def proposed(self, names: list[tuple[str, str]], relation: Relation) -> Relation:
        """The row that INSERT proposes: the target's columns with what would flow into them."""
        wanted = [key for key, _ in names] or [out.key for out in self.relation.outs()]
        flows = dict(zip(wanted, (out.flow | relation.rows for out in relation.outs()), strict=False))
        return Relation([Out(out.name, out.key, flows.get(out.key, 0)) for out in self.relation.outs()])


def target_of(walk: Walk, node: exp.Table) -> Target:
    """The table that a statement writes, touched but not read."""
    key, names = alias_of(walk, node)
    if node.this.__class__ is not exp.Identifier:
        walk.unhandled(node, "as a target")
        return Target(None, "unknown", key, walk.loose())
    own = walk.key(node.this)
    session = walk.session
    parts = session.parts(node)
    if parts is None:
        walk.unhandled(node, "as a target")
        return Target(None, "unknown", key or own, walk.loose())
    made = session.made_name(parts)
    if made in session.made:
        return Target(None, ".".join(parts), key or own, renamed(session.made[made], names), made=made)
    found = session.table(parts)
    if isinstance(found, Missing):
        walk.unresolved(found.cause, ".".join(parts), node, found.detail)
        return Target(None, ".".join(parts), key or own, walk.loose())
    walk.touch(found, node)
    relation: Relation = TableRelation(found, walk.first(found))
    if found.dataset.view is not None:
        from classify.sql.views import view_relation  # the walk needs the relations

        relation = view_relation(walk, found, node)
        return Target(None, str(found.dataset.name), key or own, renamed(relation, names))
    path = tuple(walk.row.columns.fold(part.text, part.quoted) for part in found.dataset.name.parts[:-1])
    return Target(found, str(found.dataset.name), key or own, renamed(relation, names), () if key else path)
