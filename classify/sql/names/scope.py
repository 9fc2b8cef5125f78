"""A scope: the sources that one query level names, in order, and the level outside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice

from classify.sql.names.dialect_row import AliasRule
from classify.sql.names.relation import Found, Out, Relation


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

    __slots__ = ("_circle", "_make", "_relation", "name")

    def __init__(
        self, make: Callable[[], Relation], circle: Callable[[], Relation] | None = None, name: str = ""
    ) -> None:
        """A definition that is worked out later.

        Args:
            make: works the relation out.
            circle: the relation that it is while it is being worked out.
            name: as the definition spells it.
        """
        self.name = name
        self._make: Callable[[], Relation] | None = make
        self._circle = circle
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
        if self._relation is None:
            assert self._circle is not None, "only a known relation has no definition"
            return self._circle()
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


class Progress:
    """How far the clauses of one query level have been read, in the order in which an engine takes them.

    Attributes:
        rule: whether the clause that is being read sees the outputs.
        outputs: folded output alias to flow, as far as known.
        windows: folded window name to flow.
        rows: flow of what decides the level's rows, as far as it has been read.
        keys: flow of the projections by which GROUP BY ALL groups, as far as they have been read.
        spread: flow of outputs whose names and number the text does not tell, or None where there are none.
        chosen: flow of the column that DuckDB's COLUMNS(…) stands for while its expression is read, or None.
    """

    __slots__ = ("chosen", "keys", "outputs", "rows", "rule", "spread", "windows")

    def __init__(self) -> None:
        self.rule = AliasRule.NO
        self.outputs: dict[str, int] = {}
        self.windows: dict[str, int] = {}
        self.rows = 0
        self.keys = 0
        self.spread: int | None = None
        self.chosen: int | None = None

    def see(self, rule: AliasRule) -> None:
        """Read the next clause under that rule for aliases."""
        self.rule = rule


class Scope:
    """One query level.

    Attributes:
        parent: the level around it, which its names may reach (correlation), or None.
        ctes: the common table expressions that it sees.
        sources: in the order of the text.
        loose: flow of the sources' columns whose names are not known, or None where all names are known.
        merged: columns that USING and NATURAL made of two, by folded name, in the order of the output; each with the
            first source of its join.
        in_place: whether merged columns stand in a star where their first source has them, not before all others.
        progress: how far its clauses have been read.
        known: what each bare column name means, once that was asked for and while it holds.
    """

    __slots__ = (
        "aliases",
        "ctes",
        "in_place",
        "known",
        "loose",
        "merged",
        "parent",
        "progress",
        "sources",
    )

    def __init__(self, parent: Scope | None, ctes: Ctes | None) -> None:
        self.parent = parent
        self.ctes = ctes
        self.sources: list[Source] = []
        self.aliases: dict[str, Source | None] = {}
        self.merged: dict[str, tuple[Out, Source]] = {}
        self.known: dict[str, Found | None] | None = None
        self.loose: int | None = None
        self.in_place = False
        self.progress = Progress()

    def add(self, source: Source) -> None:
        """Put a source at the end.

        INVARIANT no-first-hit: two sources of one name make the name ambiguous, never the first hit.
        """
        self.sources.append(source)
        key = source.key
        if key:
            self.aliases[key] = None if key in self.aliases else source
        loose = source.relation.loose
        if loose is not None and not source.hidden:
            self.loose = loose if self.loose is None else self.loose | loose
        if self.known is not None:
            self.known = None if self.merged else self._with(self.known, source)

    def part(self, start: int, parent: Scope | None) -> Scope:
        """A level with the sources from that one on alone, inside another one."""
        found = Scope(parent, self.ctes)
        for source in self.sources[start:]:
            found.add(source)
        inside = {key: merged for key, merged in self.merged.items() if merged[1] in found.sources}
        if inside:
            found.merge(inside, in_place=self.in_place)
        return found

    def remove(self, source: Source) -> None:
        """Take out a source that later clauses do not see (the right side of a semi join)."""
        self.sources.remove(source)
        self.known = None
        if self.aliases.get(source.key) is source:
            del self.aliases[source.key]

    def replace(self, source: Source, relation: Relation) -> None:
        """Have a source stand for another relation."""
        source.relation = relation
        self.known = None

    def merge(self, merged: dict[str, tuple[Out, Source]], *, in_place: bool) -> None:
        """Take over the columns that USING or NATURAL merged."""
        self.merged = merged
        self.in_place = in_place
        self.known = None

    def gather(self, start: int) -> None:
        """Have the sources from that one on stand as one without a name, as a join does that something takes whole."""
        inside = self.sources[start:]
        if len(inside) < 2:
            return
        columns = [(out, asks) for out, asks, source in self.star() if source in inside]
        loose: int | None = None
        for source in inside:
            self.remove(source)
            if source.relation.loose is not None:
                loose = source.relation.loose if loose is None else loose | source.relation.loose
        left = {key: found for key, found in self.merged.items() if found[1] not in inside}
        self.merge(left, in_place=self.in_place)
        self.add(Source("", Relation([out for out, _ in columns], asks=any(asks for _, asks in columns), loose=loose)))

    def bare(self) -> Mapping[str, Found | None]:
        """What each bare column name means at this level; None for a name that several sources have."""
        bare = self.known
        if bare is None:
            bare = self.known = self._names()
        return bare

    def _names(self) -> dict[str, Found | None]:
        bare: dict[str, Found | None] = {}
        for source in self.sources:
            bare = self._with(bare, source)
        for key, (out, _) in self.merged.items():
            bare[key] = None if key in bare else (out.flow, False)
        return bare

    def _with(self, bare: dict[str, Found | None], source: Source) -> dict[str, Found | None]:
        """The names with those of another source."""
        if source.hidden:
            return bare
        known = source.relation.known()
        if source.merged:
            known = {key: found for key, found in known.items() if key not in source.merged}
        before = len(bare)
        bare.update(known)
        fresh = len(bare) - before
        if fresh != len(known):
            # Those that were there before have kept their places, so the last ones are new.
            bare.update(dict.fromkeys(known.keys() - set(islice(reversed(bare), fresh))))
        return bare

    def star(self) -> list[tuple[Out, bool, Source]]:
        """What `*` stands for: each column, whether naming it asks for it, and its source.

        Merged columns come once, before the others of their join (ISO 9075-2, 7.10), then each source's others; in
        some dialects each at its own place.
        """
        if self.in_place:
            return self._star_in_place()
        found: list[tuple[Out, bool, Source]] = []
        for source in self.sources:
            if source.hidden:
                continue
            found += [(out, False, source) for out, anchor in self.merged.values() if anchor is source]
            asks = source.relation.asks
            found += [(out, asks, source) for out in source.relation.outs() if out.key not in source.merged]
        return found

    def _star_in_place(self) -> list[tuple[Out, bool, Source]]:
        found: list[tuple[Out, bool, Source]] = []
        left = dict(self.merged)
        for source in self.sources:
            if source.hidden:
                continue
            for out in source.relation.outs():
                if out.key not in source.merged:
                    found.append((out, source.relation.asks, source))
                elif out.key in left:
                    found.append((left.pop(out.key)[0], False, source))
        return found
