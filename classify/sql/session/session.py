"""What lasts across the statements of one text: the catalog as the dialect sees it, and what the script has made."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.catalog import Dataset
from classify.exposure import Cause
from classify.labels import Label
from classify.sql.names.dialect_row import DialectRow
from classify.sql.names.flows import MOST_COLUMNS
from classify.sql.session.script import TEMPORARY, Missing, Place, Script
from classify.sql.session.tables import Lowered, Table

if TYPE_CHECKING:
    from classify.sql.session.compiled import CompiledCatalog
    from classify.sql.session.script import Meaning
    from classify.sql.sources.made import Made, MadeView


class LimitHit(Exception):
    """A resource limit; the statement becomes unresolved."""


class Numbering:
    """The numbers of base columns, shared by the statements of one text so that flows carry over.

    Attributes:
        rounds: how many rounds of recursive queries were worked out.
        tables: each table met with its first number, in the order of the numbers.
    """

    __slots__ = ("_first", "_lowered", "next", "rounds", "tables")

    def __init__(self) -> None:
        self._first: dict[int, int] = {}
        self._lowered: dict[tuple[int, Label], int] = {}
        self.next = 0
        self.rounds = 0
        self.tables: list[tuple[int, Table]] = []

    def first(self, table: Table) -> int:
        """The number of the table's first column."""
        first = self._first.get(table.number)
        if first is None:
            first = self._first[table.number] = self._take(table)
        return first

    def _take(self, table: Table) -> int:
        """The next number, with those behind it, for the table's columns."""
        first = self.next
        self.next += table.width
        self.tables.append((first, table))
        if self.next > MOST_COLUMNS:
            raise LimitHit(f"the statement touches tables with more than {MOST_COLUMNS} columns in all")
        return first

    def lower(self, flow: int, label: Label) -> int:
        """The flow of the same columns behind a function that leaves that label."""
        found = 0
        for first, table in tuple(self.tables):
            part = flow >> 2 * first & (1 << 2 * table.width) - 1
            if part:
                base = table.base if isinstance(table, Lowered) else first
                found |= part << 2 * self._first_lowered(table, base, label)
        return found

    def _first_lowered(self, table: Table, base: int, label: Label) -> int:
        first = self._lowered.get((base, label))
        if first is None:
            if isinstance(table, Lowered):
                table = next(own for number, own in self.tables if number == base)
            first = self._lowered[base, label] = self._take(Lowered(table, base, label))
        return first


class Session:
    """Where names are looked up, and what the script made of them.

    Attributes:
        compiled: the catalog under the dialect's folding.
        row: how the text's dialect resolves names.
        folds, column_folds: turn the unquoted and the quoted part of a dataset's name, and of a column's, into its key.
        ascii: whether the text has ASCII's letters alone.
        search_path, database: where a name with fewer parts is looked up, folded.
        first_path: the search path at the beginning.
        today: the day on which declassifications must hold; None is the present one.
        script: what the statements of the text share.
        moment: the moment of the script whose names count; None is now.
        bound: whether a placeholder is a value that a driver binds, wherever it stands.
    """

    __slots__ = (
        "ascii",
        "bound",
        "column_folds",
        "compiled",
        "database",
        "first_path",
        "folds",
        "moment",
        "numbering",
        "row",
        "script",
        "search_path",
        "today",
    )

    def __init__(
        self,
        compiled: CompiledCatalog,
        search_path: Sequence[str],
        database: str | None,
        today: datetime.date | None,
        *,
        ascii: bool = False,  # noqa: A002  # what `str.isascii` says of the text
    ) -> None:
        self.compiled = compiled
        self.row: DialectRow = compiled.row
        self.ascii = ascii
        self.folds = compiled.row.datasets.ascii_folds if ascii else compiled.row.datasets.folds
        self.column_folds = compiled.row.columns.ascii_folds if ascii else compiled.row.columns.folds
        self.search_path = self.first_path = tuple(search_path)
        self.database = database
        self.today = today
        self.numbering = Numbering()
        self.script = Script(compiled.row.datasets)
        self.moment: int | None = None
        self.bound = False

    def for_view(self, dataset: Dataset) -> Session:
        """The session in which a view's definition is read: its own dialect, the catalog's defaults, the same bits."""
        compiled = self.compiled.for_dialect(dataset.dialect)
        catalog = compiled.catalog
        fold = compiled.row.datasets.fold
        path = [fold(schema, False) for schema in catalog.search_path]
        own = [part.text for part in dataset.name.parts[-2:-1]]
        database = catalog.default_database
        found = Session(compiled, path or own, fold(database, False) if database else None, self.today)
        found.numbering = self.numbering
        found.script = self.script
        found.moment = 0
        return found

    def at(self, moment: int | None) -> Session:
        """The same session with the names of another moment."""
        found = Session(self.compiled, self.search_path, self.database, self.today, ascii=self.ascii)
        found.numbering = self.numbering
        found.script = self.script
        found.moment = moment
        found.bound = self.bound
        return found

    def parts(self, node: exp.Table) -> tuple[str, ...] | None:
        """The folded parts of a table's name, outermost first; None where a part is no plain name."""
        plain, quoted = self.folds
        args = node.args
        this = args["this"]
        if args.get("db") is None and args.get("catalog") is None and this.__class__ is exp.Identifier:
            inner = this.args
            name = quoted(inner["this"]) if inner.get("quoted") else plain(inner["this"])
            return (temporary_mark(inner) + name,) if len(inner) > _PLAIN_ARGUMENTS else (name,)
        if this.__class__ is exp.Parameter and self.row.table_variables and args.get("db") is None:
            return (table_variable(this),)
        found: list[str] = []
        for key in ("catalog", "db", "this"):
            part = args.get(key)
            if part is None or not part:
                continue
            if part.__class__ is not exp.Identifier:
                return None
            inner = part.args
            found.append(
                temporary_mark(inner) + (quoted(inner["this"]) if inner.get("quoted") else plain(inner["this"]))
            )
        return tuple(found)

    def use(self, kind: str, parts: tuple[str, ...]) -> bool:
        """Look later names up elsewhere, as USE says; whether it is told what it names."""
        row = self.row
        if len(parts) > 1:
            self.database = parts[-2]
            self.search_path = parts[-1:]
        elif kind == "DATABASE" and row.use_database:
            self.database = parts[-1]
        elif kind != "SCHEMA" and row.use_schema and self._names_database(kind, parts[-1]):
            self.database = parts[-1]
            self.search_path = (row.datasets.fold(row.use_schema, False),)
        else:
            self.search_path = parts[-1:]
            # DuckDB, "USE": it names a database or a schema.
            return not (row.use_schema and kind != "SCHEMA" and self.compiled.has_database(parts[-1]))
        return True

    def _names_database(self, kind: str, name: str) -> bool:
        """Whether USE names a database: always, but in the dialects where it may be a schema's name as well."""
        if not self.row.use_may_name_schema:
            return True
        return self.compiled.has_database(name) and not self.compiled.has_schema(name)

    def find(self, parts: tuple[str, ...]) -> Table | Made | MadeView | Missing:
        """What a name means, by the script or by the catalog."""
        if not self.script.names.count:
            return self.compiled.find(parts, self.search_path, self.database)
        return self._find(parts)

    def locate(self, parts: tuple[str, ...]) -> tuple[tuple[str, ...], Table | None]:
        """Where a name is made: its parts with the schema in use, and the catalog's table of that name, if any."""
        parts = (self.search_path[0], *parts) if len(parts) == 1 and self.search_path else parts
        found = self.compiled.find(parts, (), self.database)
        return parts, None if isinstance(found, Missing) else found

    def redefine(self, parts: tuple[str, ...], meaning: Meaning) -> None:
        """From now on a name that means something has that other meaning."""
        found = self.find(parts)
        if isinstance(found, Table):
            self.script.names.define_table(found, meaning)
            return
        if len(parts) == 1 and found is not self.script.names.find(("", TEMPORARY, parts[0]), None):
            parts = next(
                ((schema, *parts) for schema in self.search_path if self._at((schema, *parts)) is found), parts
            )
        self.define(parts, meaning)

    def define(self, parts: tuple[str, ...], meaning: Meaning) -> None:
        """From now on a name has that meaning; a temporary table's bare one hides every other."""
        names = self.script.names
        temporary = meaning is not None and not isinstance(meaning, Missing) and meaning.temporary
        if temporary and len(parts) == 1:
            names.define(("", TEMPORARY, parts[0]), meaning)
            return
        parts, table = self.locate(parts)
        if table is not None:
            names.define_table(table, meaning)
        else:
            names.define(self._place(parts), meaning)

    def dropped(self, parts: tuple[str, ...]) -> bool:
        """Whether an earlier statement of the script dropped or renamed what had that name."""
        parts, table = self.locate(parts)
        names = self.script.names
        found = names.find(self._place(parts), None) if table is None else names.of_table(table, None)
        return isinstance(found, Missing)

    def forget(self, parts: tuple[str, ...]) -> None:
        """From now on a name means nothing, or what a temporary table hid."""
        found = self.find(parts)
        names = self.script.names
        if not isinstance(found, (Table, Missing)) and found.temporary:
            hidden = ("", TEMPORARY, parts[-1])
            if names.find(hidden, None) is found:
                names.define(hidden, None)
            else:
                self.redefine(parts, None)
            return
        gone = Missing(Cause.UNKNOWN_DATASET, f"an earlier statement drops or renames `{'.'.join(parts)}`; correct one")
        self.redefine(parts, gone)

    def _find(self, parts: tuple[str, ...]) -> Table | Made | MadeView | Missing:
        known = self.compiled.find(parts, self.search_path, self.database)
        names = self.script.names
        if not names.concern(parts[-1]) and (isinstance(known, Missing) or names.of_table(known, self.moment) is None):
            return known
        temporary = names.find(("", TEMPORARY, parts[-1]), self.moment)
        if temporary is not None and (len(parts) == 1 or parts[-2].lower() in self.row.temporary_schemas):
            return temporary if len(parts) > 1 else self._in_path(temporary, parts)
        places: list[tuple[str, ...]] = [(schema, *parts) for schema in self.search_path] if len(parts) == 1 else []
        missing: Missing | None = None
        for place in places or [parts]:
            found = self._at(place)
            if not isinstance(found, Missing) or found.cause is Cause.AMBIGUOUS_NAME:
                if temporary is not None:
                    # Some engines keep temporary tables in the schema in use (MySQL), some apart (PostgreSQL).
                    name = ".".join(parts)
                    detail = f"`{name}` may be the temporary table or the one that it hides; rename the temporary one"
                    return Missing(Cause.AMBIGUOUS_NAME, detail)
                return found
            missing = missing or found
        if temporary is not None and (len(parts) == 1 or self._keeps_temporary(parts[-2])):
            return temporary
        gone = any(names.find(self._place(place), self.moment) is not None for place in places)
        if places and not gone and isinstance(known, Table) and len(known.dataset.name.parts) == 1:
            return names.of_table(known, self.moment) or known  # it has no schema
        assert missing is not None, "at least one place was searched"
        return missing

    def _keeps_temporary(self, schema: str) -> bool:
        """Whether temporary tables are in that schema: in the one in use, where the engine has none for them."""
        return not self.row.temporary_schemas and self.search_path[:1] == (schema,)

    def _in_path(self, temporary: Meaning, parts: tuple[str, ...]) -> Table | Made | MadeView | Missing:
        """What a bare name means that a temporary table has: that one, unless the path names other schemas before."""
        for schema in self.search_path if self.row.temporary_schemas.intersection(self.search_path) else ():
            if schema in self.row.temporary_schemas:
                break
            found = self._at((schema, *parts))
            if not isinstance(found, Missing):
                return found
        assert temporary is not None, "only a temporary table's name comes here"
        return temporary

    def _at(self, parts: tuple[str, ...]) -> Table | Made | MadeView | Missing:
        """What a name means in one schema."""
        names = self.script.names
        place = self._place(parts)
        made = names.find(place, self.moment)
        if made is not None:
            return made
        table = self.compiled.find(parts, (), self.database)
        if isinstance(table, Table):
            changed = names.of_table(table, self.moment)
            if changed is not None:
                return changed
        maybe = names.maybe(place, self.moment)
        if maybe is None:
            return table
        if isinstance(table, Table):
            detail = f"`{'.'.join(parts)}` may be the catalog's, or one that the script made; qualify both"
            return Missing(Cause.AMBIGUOUS_NAME, detail)
        return maybe

    def _place(self, parts: tuple[str, ...]) -> Place:
        known = (self.database or "", "", *parts) if len(parts) == 1 else (self.database or "", *parts)
        return known[-3], known[-2], known[-1]


def table_variable(node: exp.Parameter) -> str:
    """The name of a table that is a variable, which no other table can have."""
    return f"@{node.name.lower()}"


# An identifier has a text and whether it is quoted; with more, it may be marked.
_PLAIN_ARGUMENTS = 2


def temporary_mark(identifier: Mapping[str, object]) -> str:
    """SQL Server's mark before the name of a temporary table, which the parser takes off."""
    return "##" if identifier.get("global_") else "#" if identifier.get("temporary") else ""
