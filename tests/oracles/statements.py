"""Statements made at random for one engine, in its own words: what an oracle is asked about.

Unlike `tests/laws/queries.py`, whose queries every engine takes, these use what only one has: JSON and array operators,
whole rows, slices, functions in FROM, COLLATE, columns named like keywords and tables, subqueries in every clause, data
changes with RETURNING, scripts. The engine refuses some of them; those are not counted.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from attrs import field, frozen

Columns = tuple[tuple[str, str], ...]
"""Each column's name as SQL spells it, and its kind: `int`, `text`, `json`, `list`."""

Source = tuple[str, Columns]
"""An alias, and the columns that it reaches."""


@frozen
class Engine:
    """What of SQL one engine knows.

    Attributes:
        tables: the columns of each table.
        types: what each kind is called.
        limits: whether the oracle stands an answer in which the engine picks the rows.
    """

    name: str
    tables: dict[str, Columns]
    types: dict[str, str]
    json: bool = True
    lists: bool = True
    rows: bool = True
    merge: bool = False
    lateral: bool = True
    returning: bool = True
    limits: bool = True
    collation: str = ""


_SHARED: dict[str, Columns] = {
    "users": (("id", "int"), ("name", "text"), ("ssn", "text"), ("doc", "json"), ("tags", "list")),
    "orders": (("id", "int"), ("user_id", "int"), ("amount", "int"), ("users", "int"), ("name", "text")),
    "visits": (("user_id", "int"), ("value", "int"), ("format", "text"), ("doc", "json")),
}
POSTGRES = Engine(
    "postgres",
    {**_SHARED, "odd": (("interval", "int"), ("range", "int"), ("regexp", "int"), ('"Unit"', "text"))},
    {"int": "int", "text": "text", "json": "jsonb", "list": "text[]"},
    merge=True,
    collation='"C"',
)
SQLITE = Engine(
    "sqlite",
    {**_SHARED, "odd": (("fetch", "int"), ("any", "int"), ("interval", "int"), ("current", "text"))},
    {"int": "int", "text": "text", "json": "text", "list": "text"},
    lists=False,
    rows=False,
    lateral=False,
    collation="nocase",
)
DUCKDB = Engine(
    "duckdb",
    {**_SHARED, "odd": (("current_user", "text"), ("localtime", "int"), ("interval", "int"))},
    {"int": "int", "text": "varchar", "json": "json", "list": "varchar[]"},
    limits=False,
)


@frozen
class Scope:
    """What a name may mean at one place: the sources of each level, the innermost first."""

    levels: tuple[tuple[Source, ...], ...] = ()
    depth: int = 2

    def inside(self, sources: Sequence[Source]) -> Scope:
        return Scope((tuple(sources), *self.levels), self.depth - 1)


@frozen
class Maker:
    """Makes statements for an engine with dice of its own."""

    engine: Engine
    dice: random.Random
    names: list[int] = field(factory=lambda: [0])

    def statement(self) -> str:
        """A query, mostly; else a statement that changes data."""
        forms: list[Callable[[], str]] = [lambda: self.query(Scope())] * 6 + [self.update, self.delete, self.insert]
        if self.engine.merge:
            forms.append(self.merge)
        return self.dice.choice(forms)()

    def script(self) -> str:
        """A temporary table or view, and a query that reads it."""
        kind = self.dice.choice(("table", "view"))
        columns = tuple((f"c{at}", self.dice.choice(("int", "text"))) for at in range(2))
        sources, text = self.sources(Scope(), {})
        scope = Scope().inside(sources)
        listed = ", ".join(f"{self.value(kind_, scope)} as {name}" for name, kind_ in columns)
        made = f"create temporary {kind} made as select {listed} from {text}{self.where(scope)}"
        return f"{made}; {self.query(Scope(), {'made': columns})}"

    def maybe(self, share: float) -> bool:
        return self.dice.random() < share

    def alias(self) -> str:
        self.names[0] += 1
        # Some aliases are names of columns or tables.
        return self.dice.choice((f"s{self.names[0]}", f"s{self.names[0]}", "u", "users", "id", "doc"))

    # Queries.

    def query(self, outer: Scope, ctes: dict[str, Columns] | None = None, kinds: Sequence[str] = ()) -> str:
        """A SELECT whose outputs have those kinds, or any."""
        known = dict(ctes or {})
        text = ""
        if outer.depth == 2 and self.maybe(0.2):
            columns: Columns = (("k", "int"), ("t", "text"))
            name = self.dice.choice(("recent", "users", "orders"))
            inner = self.query(Scope(depth=1), known, [kind for _, kind in columns])
            known[name] = columns
            text = f"with {name} (k, t) as ({inner}) "
        sources, from_ = self.sources(outer, known)
        scope = outer.inside(sources)
        kinds = kinds or [self.dice.choice(("int", "text")) for _ in range(self.dice.randint(1, 3))]
        grouped = not kinds or self.maybe(0.2)
        outputs = [self.aggregate(kind, scope) if grouped else self.value(kind, scope) for kind in kinds]
        if not grouped and outer.depth == 2 and self.maybe(0.15):
            outputs.append(self.star(sources))
        named = [f"{value} as {self.output(at)}" if self.maybe(0.4) else value for at, value in enumerate(outputs)]
        tail = self.where(scope)
        if grouped:
            tail += f" group by {self.value('text', scope)}" if self.maybe(0.7) else ""
            tail += f" having count(*) > {self.value('int', outer.inside(()))}" if self.maybe(0.2) else ""
        distinct = "distinct " if self.maybe(0.1) else ""
        text += f"select {distinct}{', '.join(named)} from {from_}{tail}"
        if outer.depth == 2 and self.maybe(0.2) and len(named) == len(kinds):
            text += f" {self.dice.choice(('union', 'union all', 'except', 'intersect'))} "
            return text + self.query(Scope(depth=1), known, kinds)
        if self.maybe(0.3):
            text += f" order by {self.dice.choice(('1', self.value('int', scope)))}"
        if not self.engine.limits:
            return text
        return text + (f" limit {self.dice.choice(('2', self.scalar('int', outer)))}" if self.maybe(0.15) else "")

    def output(self, at: int) -> str:
        return self.dice.choice((f"o{at}", f"o{at}", "name", "id", "u"))

    def star(self, sources: Sequence[Source]) -> str:
        return self.dice.choice(("*", *(f"{alias}.*" for alias, _ in sources)))

    def sources(self, outer: Scope, ctes: dict[str, Columns]) -> tuple[list[Source], str]:
        found: list[Source] = []
        text = ""
        for at in range(self.dice.choice((1, 1, 2, 2, 3))):
            alias = self.alias()
            if any(alias == one for one, _ in found):
                alias = f"x{self.names[0]}"
            columns, relation = self.relation(alias, outer.inside(found), ctes)
            if not at:
                text = relation
            elif self.maybe(0.5):
                text += f", {relation}"
            else:
                shared = sorted({name for name, _ in columns} & {name for name, _ in found[-1][1]})
                condition = f" on {self.condition(Scope(((*found, (alias, columns)),), 0))}"
                if shared and len(found) == 1 and self.maybe(0.4):
                    condition = f" using ({self.dice.choice(shared)})"
                text += f" {self.dice.choice(('join', 'left join'))} {relation}{condition}"
            found.append((alias, columns))
        return found, text

    def relation(self, alias: str, before: Scope, ctes: dict[str, Columns]) -> tuple[Columns, str]:
        """The columns of something in FROM, and its text with the alias."""
        form = self.dice.random()
        if form < 0.12 and before.depth > 0:
            columns: Columns = (("a", "int"), ("b", "text"))
            lateral = self.engine.lateral and bool(before.levels[0]) and self.maybe(0.5)
            inner = self.query(before if lateral else Scope(before.levels[1:], before.depth), ctes, ("int", "text"))
            return columns, f"{'lateral ' if lateral else ''}({inner}) {alias} (a, b)"
        if form < 0.22:
            return self.function(alias, before)
        relations = {**self.engine.tables, **ctes}
        name = self.dice.choice(sorted(relations))
        return relations[name], f"{name} {alias}"

    def function(self, alias: str, before: Scope) -> tuple[Columns, str]:
        argument = before if before.levels[0] else Scope()
        if self.engine.name == "sqlite":
            document = self.value("json", argument)
            return (("key", "text"), ("value", "text")), f"json_each({document}) {alias}"
        if self.engine.lists and self.maybe(0.5):
            return (("e", "text"),), f"unnest({self.value('list', argument)}) {alias} (e)"
        number = self.value("int", argument)
        if self.engine.name == "duckdb":
            return (("n", "int"),), f"generate_series(1, 2 + 0 * {number}) {alias} (n)"
        return (("n", "int"),), f"generate_series(1, {number}) {alias} (n)"

    def where(self, scope: Scope) -> str:
        return f" where {self.condition(scope)}" if self.maybe(0.6) else ""

    # Values.

    def column(self, kind: str, scope: Scope) -> str:
        found = [
            (alias, name) for level in scope.levels for alias, columns in level for name, own in columns if own == kind
        ]
        if not found:
            return self.constant(kind)
        alias, name = self.dice.choice(found)
        return name if self.maybe(0.35) else f"{alias}.{name}"

    def constant(self, kind: str) -> str:
        if kind == "int":
            return str(self.dice.randint(1, 3))
        if kind == "text":
            return "'p'"
        if kind == "json":
            document = """'{"a": 1, "items": ["p"]}'"""
            return document if self.engine.name == "sqlite" else f"cast({document} as {self.engine.types['json']})"
        return "array['p', 'q']" if self.engine.name == "postgres" else "['p', 'q']"

    def value(self, kind: str, scope: Scope) -> str:
        """An expression of that kind."""
        if self.maybe(0.45):
            return self.column(kind, scope)
        if scope.depth > 0 and self.maybe(0.12):
            return self.scalar(kind, scope)
        lower = Scope(scope.levels, scope.depth)
        forms = getattr(self, f"_{kind}")(lower)
        return str(self.dice.choice(forms)())

    def scalar(self, kind: str, scope: Scope) -> str:
        function = "max" if kind in ("int", "text") else "min"
        sources, from_ = self.sources(Scope(scope.levels, 0), {})
        inner = scope.inside(sources)
        if kind in ("int", "text"):
            return f"(select {function}({self.column(kind, inner)}) from {from_}{self.where(Scope(inner.levels, 0))})"
        if not self.engine.limits:
            return self.column(kind, scope)
        return f"(select {self.column(kind, inner)} from {from_} limit 1)"

    def row(self, scope: Scope) -> str:
        aliases = [alias for level in scope.levels for alias, _ in level]
        return self.dice.choice(aliases) if aliases else "null"

    def _int(self, scope: Scope) -> list[Callable[[], str]]:
        forms: list[Callable[[], str]] = [
            lambda: self.constant("int"),
            lambda: f"{self.column('int', scope)} {self.dice.choice('+-*')} {self.column('int', scope)}",
            lambda: f"- {self.column('int', scope)}",
            lambda: f"length({self.value('text', scope)})",
            lambda: f"case when {self.condition(scope)} then {self.column('int', scope)} else 1 end",
            lambda: f"coalesce({self.column('int', scope)}, {self.column('int', scope)})",
            lambda: f"sum({self.column('int', scope)}) over (partition by {self.column('text', scope)})",
        ]
        if self.engine.name == "postgres":
            forms += [
                lambda: f"@ {self.column('int', scope)}",
                lambda: f"jsonb_array_length({self.column('json', scope)} -> 'items')",
                lambda: f"cardinality({self.value('list', scope)})",
                lambda: f"({self.column('json', scope)} ->> 'a')::int",
            ]
        elif self.engine.json:
            forms.append(lambda: f"json_array_length({self.column('json', scope)} -> 'items')")
        if self.engine.name == "duckdb":
            forms.append(lambda: f"len({self.value('list', scope)})")
        return forms

    def _text(self, scope: Scope) -> list[Callable[[], str]]:
        forms: list[Callable[[], str]] = [
            lambda: self.constant("text"),
            lambda: f"upper({self.value('text', scope)})",
            lambda: f"{self.column('text', scope)} || {self.column('text', scope)}",
            lambda: f"nullif({self.column('text', scope)}, {self.column('text', scope)})",
            lambda: f"case {self.column('text', scope)} when 'p' then {self.column('text', scope)} end",
            lambda: f"substr({self.column('text', scope)}, {self.column('int', scope)})",
            lambda: f"cast({self.column('int', scope)} as {self.engine.types['text']})",
        ]
        if self.engine.collation:
            forms.append(lambda: f"{self.column('text', scope)} collate {self.engine.collation}")
            forms.append(lambda: f"(({self.column('text', scope)} collate {self.engine.collation}) || 'x')")
        if self.engine.json:
            forms.append(lambda: f"({self.column('json', scope)} ->> 'a')")
            forms.append(lambda: f"coalesce({self.column('json', scope)} ->> 'a', {self.column('text', scope)})")
        if self.engine.lists:
            forms.append(lambda: f"({self.value('list', scope)})[{self.column('int', scope)}]")
        if self.engine.rows:
            forms.append(lambda: f"cast({self.row(scope)} as {self.engine.types['text']})")
        if self.engine.name == "postgres":
            forms.append(lambda: f"row_to_json({self.row(scope)})::text")
            forms.append(lambda: f"array_to_string({self.value('list', scope)}, {self.column('text', scope)})")
        return forms

    def _json(self, scope: Scope) -> list[Callable[[], str]]:
        forms: list[Callable[[], str]] = [
            lambda: self.constant("json"),
            lambda: f"({self.column('json', scope)} -> 'items')",
            lambda: f"coalesce({self.column('json', scope)} -> 'a', {self.column('json', scope)})",
        ]
        if self.engine.name == "postgres":
            forms.append(lambda: f"to_jsonb({self.row(scope)})")
            forms.append(lambda: f"jsonb_build_object({self.column('text', scope)}, {self.column('int', scope)})")
        return forms

    def _list(self, scope: Scope) -> list[Callable[[], str]]:
        cut = self.column
        forms: list[Callable[[], str]] = [
            lambda: self.constant("list"),
            lambda: f"({cut('list', scope)})[1:{cut('int', scope)}]",
            lambda: f"({cut('list', scope)})[:{cut('int', scope)}]",
            lambda: f"({cut('list', scope)} || {cut('list', scope)})",
            lambda: f"array[{cut('text', scope)}]" if self.engine.name == "postgres" else f"[{cut('text', scope)}]",
        ]
        if self.engine.name == "duckdb":
            forms.append(lambda: f"list_transform({cut('list', scope)}, lambda name: name || {cut('text', scope)})")
        return forms

    def aggregate(self, kind: str, scope: Scope) -> str:
        value = self.value(kind, Scope(scope.levels, 0))
        filtered = f" filter (where {self.condition(Scope(scope.levels, 0))})" if self.maybe(0.2) else ""
        return f"max({value}){filtered}" if kind in ("int", "text") else f"count({value})"

    def condition(self, scope: Scope) -> str:
        forms: list[Callable[[], str]] = [
            lambda: f"{self.value('int', scope)} {self.dice.choice(('=', '<', '<>'))} {self.column('int', scope)}",
            lambda: f"{self.value('text', scope)} like {self.column('text', scope)}",
            lambda: f"{self.value('text', scope)} is not null",
            lambda: f"{self.column('int', scope)} between {self.column('int', scope)} and {self.column('int', scope)}",
            lambda: f"({self.column('text', scope)}, {self.column('int', scope)}) = ('p', {self.column('int', scope)})",
        ]
        if scope.depth > 0:
            forms.append(lambda: f"exists ({self.query(Scope(scope.levels, 0))})")
            forms.append(
                lambda: f"{self.column('int', scope)} in ({self.query(Scope(scope.levels, 0), None, ['int'])})"
            )
        if self.engine.name == "postgres":
            forms.append(lambda: f"{self.column('json', scope)} @> {self.column('json', scope)}")
            forms.append(lambda: f"{self.value('list', scope)} && {self.column('list', scope)}")
            forms.append(lambda: f"{self.column('text', scope)} = any ({self.column('list', scope)})")
            forms.append(lambda: f"{self.row(scope)} is not null")
        return str(self.dice.choice(forms)())

    # Changes of data.

    def target(self) -> tuple[str, str, Columns, Scope]:
        name = self.dice.choice(sorted(self.engine.tables))
        alias = self.dice.choice((name, "t"))
        columns = self.engine.tables[name]
        return name, alias, columns, Scope((((alias, columns),),), 1)

    def assigned(self, columns: Columns, scope: Scope) -> str:
        name, kind = self.dice.choice(columns)
        return f"{name} = {self.value(kind, scope)}"

    def returned(self, scope: Scope) -> str:
        if not self.engine.returning or self.maybe(0.5):
            return ""
        return f" returning {self.dice.choice(('*', self.column('int', scope), self.value('text', scope)))}"

    def update(self) -> str:
        name, alias, columns, scope = self.target()
        spelled = name if alias == name else f"{name} as {alias}"
        if self.maybe(0.4):
            other = self.dice.choice(sorted(self.engine.tables))
            both = Scope(((*scope.levels[0], ("f", self.engine.tables[other])),), 1)
            return f"update {spelled} set {self.assigned(columns, both)} from {other} f{self.where(both)}"
        return f"update {spelled} set {self.assigned(columns, scope)}{self.where(scope)}{self.returned(scope)}"

    def delete(self) -> str:
        name, alias, _, scope = self.target()
        spelled = name if alias == name else f"{name} as {alias}"
        if self.engine.name != "sqlite" and self.maybe(0.4):
            other = self.dice.choice(sorted(self.engine.tables))
            both = Scope(((*scope.levels[0], ("f", self.engine.tables[other])),), 1)
            return f"delete from {spelled} using {other} f{self.where(both)}{self.returned(both)}"
        return f"delete from {spelled}{self.where(scope)}{self.returned(scope)}"

    def insert(self) -> str:
        name, _, columns, _ = self.target()
        chosen = self.dice.sample(columns, self.dice.randint(1, len(columns)))
        listed = ", ".join(column for column, _ in chosen)
        inner = Scope(((),), 1)
        if self.maybe(0.5):
            values = ", ".join(
                self.scalar(kind, inner) if self.maybe(0.5) else self.constant(kind) for _, kind in chosen
            )
            return f"insert into {name} ({listed}) values ({values}){self.returned(Scope((((name, columns),),), 0))}"
        query = self.query(Scope(depth=1), None, [kind for _, kind in chosen])
        return f"insert into {name} ({listed}) {query}"

    def merge(self) -> str:
        name, alias, columns, scope = self.target()
        spelled = name if alias == name else f"{name} as {alias}"
        other = self.dice.choice(sorted(self.engine.tables))
        source = Scope(((("f", self.engine.tables[other]),),), 0)
        both = Scope(((*scope.levels[0], *source.levels[0]),), 0)
        matched = self.dice.choice((f"update set {self.assigned(columns, both)}", "delete", "do nothing"))
        column, kind = self.dice.choice(columns)
        text = f"merge into {spelled} using {other} f on {self.condition(both)} when matched"
        text += f" and {self.condition(both)}" if self.maybe(0.4) else ""
        text += f" then {matched}"
        if self.maybe(0.5):
            text += f" when not matched then insert ({column}) values ({self.value(kind, source)})"
        return text
