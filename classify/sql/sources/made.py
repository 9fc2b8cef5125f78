"""Tables and views that the script makes or changes, as later statements see them.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("create temp table t as select ssn from users; select ssn from t", catalog, dialect="postgres")
>>> [(one.name, one.direct, one.indirect) for one in found.outputs]
[('ssn', ('users.ssn',), ())]
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.flows import indirect
from classify.sql.names.relation import Out, Relation, Stored, renamed
from classify.sql.session.tables import Table
from classify.sql.sources.views import looked_through, view_relation
from classify.sql.walk.dispatch import relation_of

if TYPE_CHECKING:
    from classify.sql.session.session import Session
    from classify.sql.values.declassify import Use
    from classify.sql.walk.walk import Walk


class Made:
    """A table that the script made, or one of the catalog's under another name or with other columns.

    Attributes:
        name: as exposures and messages write it.
        relation: its columns, with what has flowed into them.
        base: the dataset of the catalog whose data it also holds, or None.
        origins: the key of each column that is one of the base, and the key that this one has there.
        tables: those of the catalog whose rows decide which rows it has.
        doubt: why nobody knows what it holds, or an empty text.
        temporary: whether it hides a table of the same name while it lasts.
    """

    __slots__ = ("base", "doubt", "name", "origins", "relation", "tables", "temporary")

    is_table = True

    def __init__(
        self,
        name: str,
        relation: Relation,
        tables: tuple[Table, ...] = (),
        *,
        base: Table | None = None,
        doubt: str = "",
        temporary: bool = False,
    ) -> None:
        self.name = name
        self.relation = relation
        self.tables = tables
        self.base = base
        self.origins = {out.key: out.key for out in relation.outs()} if base is not None else {}
        self.doubt = doubt
        self.temporary = temporary

    @classmethod
    def of_catalog(cls, walk: Walk, table: Table, node: exp.Expr) -> Made:
        """One of the catalog's, which the script is about to change."""
        below = view_relation(walk, table, node) if table.dataset.view is not None else walk.table(table, node)
        outs = [Out(out.name, out.key, 0) for out in below.outs()]
        return cls(str(table.dataset.name), Relation(outs, asks=True, loose=below.loose), base=table)

    def read(self, walk: Walk, node: exp.Expr) -> Relation:
        """The relation that a statement reads; that its rows are there is asked for with it."""
        relation = self.columns(walk, node)
        walk.ask(relation.rows)
        return relation

    def columns(self, walk: Walk, node: exp.Expr) -> Relation:
        """The relation that a statement changes."""
        if self.doubt:
            walk.unresolved(Cause.UNKNOWN_DATASET, self.name, node, self.doubt)
            return Stored(self, (), loose=0)
        for table in self.tables:
            walk.touch(table, node)
        own = self.relation
        walk.found.made_words.update(out.key.lower() for out in own.outs())
        if self.base is None:
            return Stored(self, own.outs(), own.rows, loose=own.loose)
        view = self.base.dataset.view is not None
        below = view_relation(walk, self.base, node) if view else walk.table(self.base, node)
        origins = self.origins
        outs = []
        for out in own.outs():
            origin = origins.get(out.key)
            flow = below.find(origin) if origin is not None else None
            outs.append(Out(out.name, out.key, out.flow | (flow or 0)))
        fields = None
        if below.fields is not None:
            names = {origin: key for key, origin in origins.items()}
            fields = {(names[path[0]], *path[1:]): flow for path, flow in below.fields.items() if path[0] in names}
        return Stored(self, outs, own.rows | below.rows, loose=own.loose, fields=fields)

    def carry(self, key: str, flow: int) -> bool:
        """Let a flow into a column reach later statements; false where there is no such column."""
        if self.doubt:
            return True  # whatever it holds is unresolved
        relation = self.relation
        if relation.find(key) is None and relation.loose is None:
            return False
        outs = [Out(out.name, out.key, out.flow | flow if out.key == key else out.flow) for out in relation.outs()]
        loose = relation.loose if relation.loose is None else relation.loose | flow
        self.relation = Relation(outs, relation.rows, asks=True, loose=loose)
        return True

    def decide(self, flow: int, tables: Iterable[Table]) -> None:
        """Let what decides which rows there are, columns and whole tables, reach later statements."""
        relation = self.relation
        self.relation = Relation(relation.outs(), relation.rows | indirect(flow), asks=True, loose=relation.loose)
        self.tables = tuple(dict.fromkeys((*self.tables, *tables)))

    def add(self, name: str, key: str) -> None:
        """Add an empty column."""
        self._change([*self.relation.outs(), Out(name, key, 0)])

    def drop(self, key: str) -> None:
        """Take a column away."""
        self.origins.pop(key, None)
        self._change([out for out in self.relation.outs() if out.key != key])

    def rename(self, key: str, name: str, new: str) -> None:
        """Give a column another name."""
        origin = self.origins.pop(key, None)
        if origin is not None:
            self.origins[new] = origin
        self._change([Out(name, new, out.flow) if out.key == key else out for out in self.relation.outs()])

    def _change(self, outs: list[Out]) -> None:
        relation = self.relation
        self.relation = Relation(outs, relation.rows, asks=True, loose=relation.loose)


class MadeView:
    """A view that the script made: read anew when it is named, for what it reads may have changed.

    Attributes:
        name: as exposures and messages write it.
        base: the dataset of the catalog that has its name, whose declared labels it keeps, or None.
        doubt, temporary: as for a table.
    """

    __slots__ = ("_moment", "_names", "_notes", "_path", "_query", "_relation", "_session", "_since", "_uses", "base",
                 "doubt", "name", "tables", "temporary")  # fmt: skip

    is_table = False

    def __init__(
        self,
        name: str,
        query: exp.Expr,
        names: list[tuple[str, str]],
        session: Session,
        *,
        base: Table | None = None,
        doubt: str = "",
        temporary: bool = False,
    ) -> None:
        self.name = name
        self._query = query
        self._names = names
        self._session = session
        self._path = session.search_path
        self._since = session.script.names.count + 1  # its own name is given a meaning next
        self.base = base
        self.doubt = doubt
        self.temporary = temporary
        self._moment: tuple[int, int] | None = None
        self._relation = Relation(())
        self.tables: list[Table] = []
        self._notes: list[str] = []
        self._uses: list[Use] = []

    def read(self, walk: Walk, node: exp.Expr) -> Relation:
        """The relation that a statement reads; that its rows are there is asked for with it."""
        if self.doubt or self in walk.inside_views:
            detail = self.doubt or f"the view `{self.name}` is defined by itself; correct it"
            walk.unresolved(Cause.VIEW, self.name, node, detail)
            return walk.loose()
        if walk.row.late_views and self._means_something_else(walk):
            detail = f"names in the view `{self.name}` mean something else now than when it was made; qualify them"
            walk.unresolved(Cause.VIEW, self.name, node, detail)
            return walk.loose()
        script = walk.session.script
        moment = (script.names.count, script.writes)
        if self._moment != moment:
            self._look(walk)
            self._moment = moment
        else:
            walk.found.declassified += self._uses
        for table in self.tables:
            walk.touch(table, node)
        for note in self._notes:
            walk.unresolved(Cause.VIEW, self.name, node, f"in the definition of `{self.name}`: {note}")
        relation = self._relation
        outs = relation.outs()
        walk.found.made_words.update(out.key.lower() for out in outs)
        if self.base is not None:
            walk.touch(self.base, node)
            shift = 2 * walk.session.numbering.first(self.base)
            masks = self.base.masks
            outs = [Out(out.name, out.key, out.flow | masks.get(out.key, 0) << shift) for out in outs]
        walk.ask(relation.rows)
        return Stored(self, outs, relation.rows, loose=relation.loose)

    columns = read

    def _means_something_else(self, walk: Walk) -> bool:
        """Whether a name in the definition is looked up elsewhere than it was, where that is done as a view is read."""
        return walk.session.search_path != self._path and any(
            not table.args.get("db") for table in self._query.find_all(exp.Table)
        )

    def _look(self, walk: Walk) -> None:
        """Read the definition as of now."""

        def evaluate(inner: Walk) -> Relation:
            return renamed(relation_of(inner, self._query, None, None), self._names)

        before = len(walk.found.declassified)
        relation, notes, tables = looked_through(walk, self._session, self._since, self, self._query, evaluate)
        self._uses = walk.found.declassified[before:]
        self._relation, self.tables = relation, list(dict.fromkeys(tables))
        self._notes = list(dict.fromkeys(note.detail for note in notes))
