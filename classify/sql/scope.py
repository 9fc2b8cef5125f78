"""A scope: the sources that one query level names, in order, and the level outside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from classify.sql.dialects import AliasRule
from classify.sql.relation import Found, Out, Relation


class Ctes:
    """The common table expressions that one WITH clause adds to those around it."""

    __slots__ = ("_names", "outer")

    def __init__(self, outer: Ctes | None) -> None:
        self._names: dict[str, Cte] = {}
        self.outer = outer

    def add(self, key: str, cte: Cte) -> None:
        self._names[key] = cte

    def find(self, key: str) -> Cte | None:
        level: Ctes | None = self
        while level is not None:
            found = level._names.get(key)
            if found is not None:
                return found
            level = level.outer
        return None


class Cte:
    """A common table expression: its relation is worked out when it is first named."""

    __slots__ = ("_make", "_relation")

    def __init__(self, make: Callable[[], Relation]) -> None:
        self._make: Callable[[], Relation] | None = make
        self._relation: Relation | None = None

    @classmethod
    def known(cls, relation: Relation) -> Cte:
        """One whose relation is known already, as the recursive term sees its own name."""
        cte = cls(lambda: relation)
        cte.relation()
        return cte

    def relation(self) -> Relation:
        """The relation, worked out on first use."""
        make = self._make
        if make is not None:
            self._make = None
            self._relation = make()
        assert self._relation is not None, "a common table expression cannot name itself without a known relation"
        return self._relation


class Source:
    """One relation in FROM and the name that the query gives it.

    Attributes:
        key: the folded alias or table name; an empty text where it has none.
        path: folded database and schema of a table without an alias, outermost first.
        hidden: whether only a qualified name reaches it (`excluded`, `inserted`), and no star.
        merged: folded names of its columns that USING or NATURAL merged into one with another source's.
    """

    __slots__ = ("hidden", "key", "merged", "path", "relation")

    def __init__(self, key: str, relation: Relation, path: tuple[str, ...] = (), *, hidden: bool = False) -> None:
        self.key = key
        self.relation = relation
        self.path = path
        self.hidden = hidden
        self.merged: frozenset[str] = frozenset()


class Scope:
    """One query level.

    Attributes:
        parent: the level around it, which its names may reach (correlation), or None.
        ctes: the common table expressions that it sees.
        sources: in the order of the text.
        merged: columns that USING and NATURAL made of two, by folded name, in the order of the output; each with the
            first source of its join.
        outputs: folded output alias to flow, as far as known.
        rule: whether the clause that is being read sees the outputs.
        windows: folded window name to flow.
        rows: flow of what decides the level's rows, as far as it has been read.
    """

    __slots__ = (
        "_bare",
        "_counted",
        "aliases",
        "ctes",
        "merged",
        "outputs",
        "parent",
        "rows",
        "rule",
        "sources",
        "windows",
    )

    def __init__(self, parent: Scope | None, ctes: Ctes | None) -> None:
        self.parent = parent
        self.ctes = ctes
        self.sources: list[Source] = []
        self.aliases: dict[str, Source | None] = {}
        self.merged: dict[str, tuple[Out, Source]] = {}
        self.outputs: dict[str, int] = {}
        self.rule = AliasRule.NO
        self._bare: dict[str, Found] | None = None
        self._counted = 0
        self.windows: dict[str, int] = {}
        self.rows = 0

    def add(self, source: Source) -> None:
        """Put a source at the end. INVARIANT: two sources of one name make the name ambiguous, never the first hit."""
        self.sources.append(source)
        if source.key:
            self.aliases[source.key] = None if source.key in self.aliases else source
        if self._bare is not None:
            self._enter(source)

    def remove(self, source: Source) -> None:
        """Take out a source that later clauses do not see (the right side of a semi join)."""
        self.sources.remove(source)
        self._bare = None
        if self.aliases.get(source.key) is source:
            del self.aliases[source.key]

    def merge(self, merged: dict[str, tuple[Out, Source]]) -> None:
        """Take over the columns that USING or NATURAL merged."""
        self.merged = merged
        self._bare = None

    def bare(self) -> Mapping[str, Found]:
        """What each bare column name means at this level; empty where names may collide or are merged."""
        bare = self._bare
        if bare is None:
            bare = self._bare = {}
            self._counted = 0
            for source in self.sources:
                self._enter(source)
        return bare

    def _enter(self, source: Source) -> None:
        bare = self._bare
        if bare is None or source.hidden:
            return
        known = source.relation.known()
        if bare or not self._counted:
            bare.update(known)
        self._counted += len(known)
        if len(bare) != self._counted or self.merged:
            # Two sources share a name: `resolve` looks at each of them.
            bare.clear()

    def see(self, rule: AliasRule) -> None:
        """Read the next clause under that rule for aliases."""
        self.rule = rule

    def star(self) -> list[tuple[Out, bool]]:
        """What `*` stands for: each column, and whether naming it asks for it.

        Merged columns come once, before the others of their join (ISO 9075-2, 7.10), then each source's others.
        """
        found: list[tuple[Out, bool]] = []
        for source in self.sources:
            if source.hidden:
                continue
            found += [(out, False) for out, anchor in self.merged.values() if anchor is source]
            asks = source.relation.asks
            found += [(out, asks) for out in source.relation.outs() if out.key not in source.merged]
        return found
