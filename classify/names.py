"""Dataset and column names: their parts, how each dialect folds them, and their canonical spelling."""

from __future__ import annotations

import enum
import re
import string
from collections.abc import Callable, Mapping
from types import MappingProxyType

from attrs import frozen

from classify.errors import UsageError, nearest

_PLAIN = re.compile(r"[^\W\d][\w$]*\Z")
_PART = re.compile(r'\s*(?:"((?:[^"]|"")+)"|([^\s."]+))\s*(\.|\Z)')


@frozen
class Part:
    """One part of a name: its text without quotes, and whether it was quoted."""

    text: str
    quoted: bool = False

    def __str__(self) -> str:
        """The canonical spelling: quoted with `"` where it must be or was."""
        if not self.quoted and _PLAIN.match(self.text):
            return self.text
        return '"' + self.text.replace('"', '""') + '"'


@frozen
class Name:
    """A dataset's name: one to three parts, the last one the table's own."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return ".".join(map(str, self.parts))


def parse_name(text: str) -> Name:
    """The name that `text` spells.

    >>> str(parse_name('app."Users"'))
    'app."Users"'

    Raises:
        UsageError: an empty part, an open quote, or text between a quote and a dot.
    """
    parts: list[Part] = []
    at = 0
    while True:
        match = _PART.match(text, at)
        if match is None:
            raise UsageError(f"`{text}` is not a name: expected parts joined by dots, each plain or in double quotes")
        quoted, plain, end = match.groups()
        parts.append(Part(quoted.replace('""', '"'), True) if quoted is not None else Part(plain))
        at = match.end()
        if not end:
            return Name(tuple(parts))


def _ascii_lower(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(_ASCII_LOWER)


_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def loosest(text: str) -> str:
    """The key of an identifier's text that does not tell what some dialect takes for one name.

    INVARIANT one-loosest-key: texts that a folding below gives one key have one loosest key, and so has that key
    itself.
    """
    return text.upper().casefold()


class Folding(enum.Enum):
    """How identifiers of one kind are compared."""

    LOWER = "lower"  # unquoted ones fold to lower case, ASCII's letters alone, quoted ones are exact
    UPPER = "upper"  # unquoted ones fold to upper case, quoted ones are exact
    INSENSITIVE = "insensitive"  # case never counts, quoted or not
    INSENSITIVE_ASCII = "insensitive-ascii"  # the same for ASCII's letters alone
    SENSITIVE = "sensitive"  # case always counts
    PREFER_EXACT = "prefer-exact"  # depends on the server: an exact match wins, else the only one that differs in case

    folds: tuple[Callable[[str], str], Callable[[str], str]]
    """How an unquoted and how a quoted identifier is turned into the key under which it is compared."""
    ascii_folds: tuple[Callable[[str], str], Callable[[str], str]]
    """The same for a text of ASCII alone, where it is quicker."""

    def __init__(self, value: str) -> None:
        plain = {
            "lower": _ascii_lower,
            "insensitive": str.lower,
            "insensitive-ascii": _ascii_lower,
            "upper": str.upper,
        }.get(value, str)
        self.folds = plain, plain if value.startswith("insensitive") else str
        quick = str.lower if plain is _ascii_lower else plain
        self.ascii_folds = quick, quick if value.startswith("insensitive") else str

    def fold(self, text: str, quoted: bool) -> str:
        """The key under which an identifier is compared."""
        return self.folds[quoted](text)


@frozen(eq=False, repr=False)
class DialectFolding:
    """How one dialect compares identifiers.

    Attributes:
        datasets: the parts of a dataset's name.
        columns: columns, nested fields and aliases.
    """

    datasets: Folding
    columns: Folding


_LOWER = DialectFolding(Folding.LOWER, Folding.LOWER)
_UPPER = DialectFolding(Folding.UPPER, Folding.UPPER)
_INSENSITIVE = DialectFolding(Folding.INSENSITIVE, Folding.INSENSITIVE)
_INSENSITIVE_ASCII = DialectFolding(Folding.INSENSITIVE_ASCII, Folding.INSENSITIVE_ASCII)
_SENSITIVE = DialectFolding(Folding.SENSITIVE, Folding.SENSITIVE)
_SERVER = DialectFolding(Folding.PREFER_EXACT, Folding.INSENSITIVE)  # how datasets compare is the server's setting
_UNKNOWN = DialectFolding(Folding.PREFER_EXACT, Folding.PREFER_EXACT)

FOLDING: Mapping[str, DialectFolding] = MappingProxyType(
    {
        # Amazon Athena, "Names for tables, databases, and columns": lower case throughout.
        "athena": _INSENSITIVE,
        # GoogleSQL, "Lexical structure", Case sensitivity: tables and datasets are case-sensitive unless the dataset
        # has `is_case_insensitive`; columns, fields and aliases are not. Backticks change nothing.
        "bigquery": _SERVER,
        # ClickHouse, "Syntax", Identifiers: case-sensitive, quoted or not.
        "clickhouse": _SENSITIVE,
        # Databricks, "Identifiers": case-insensitive, delimited ones too.
        "databricks": _INSENSITIVE,
        "dax": _UNKNOWN,
        # Apache Doris, "Variables", `lower_case_table_names`, as MySQL; columns are case-insensitive.
        "doris": _SERVER,
        # Dremio, "SQL reference", Case sensitivity: neither tables nor columns can differ by case alone.
        "dremio": _INSENSITIVE,
        # Apache Drill, "Lexical structure", Case-sensitivity: columns are insensitive, tables as their storage plugin
        # says.
        "drill": _SERVER,
        # Apache Druid, "Druid SQL overview", Identifiers and literals: identifiers are case-sensitive.
        "druid": _SENSITIVE,
        # DuckDB, "Keywords and identifiers", Case sensitivity: insensitive, also when quoted; case is kept for show.
        "duckdb": _INSENSITIVE_ASCII,  # ASCII's letters alone, as the engine does
        # Dune runs Trino.
        "dune": _INSENSITIVE,
        # Exasol, "Identifiers": regular ones fold to upper case, delimited ones are exact.
        "exasol": _UPPER,
        # Microsoft Fabric, "Collation": case-sensitive unless the warehouse was made with a `CI` collation.
        "fabric": _UNKNOWN,
        # Hive, "LanguageManual DDL": table and column names are case-insensitive, quoted ones too.
        "hive": _INSENSITIVE,
        # Materialize, "Identifiers", Case sensitivity: unquoted ones fold to lower case.
        "materialize": _LOWER,
        # MySQL, "11.2.3 Identifier case sensitivity": tables by `lower_case_table_names` and file system, columns
        # never. MariaDB alike.
        "mysql": _SERVER,
        # Oracle, "Database object naming rules", rule 8: nonquoted ones fold to upper case, quoted ones are exact.
        "oracle": _UPPER,
        # PostgreSQL, "4.1.1 Identifiers and key words": unquoted ones fold to lower case, quoted ones are exact.
        "postgres": _LOWER,
        "presto": _INSENSITIVE,
        "prql": _UNKNOWN,
        # Redshift, "Names and identifiers": delimited ones fold to lower case too, unless
        # `enable_case_sensitive_identifier` is on; names that it tells apart are ambiguous here, never the first hit.
        "redshift": _INSENSITIVE,
        # RisingWave, "Identifiers": unquoted ones are processed in lower case.
        "risingwave": _LOWER,
        # Snowflake, "Identifier requirements": unquoted ones fold to upper case, quoted ones are exact.
        "snowflake": _UPPER,
        "solr": _UNKNOWN,
        # Spark, "Identifiers" and `spark.sql.caseSensitive` (off by default): case-insensitive, delimited ones too.
        "spark": _INSENSITIVE,
        "spark2": _INSENSITIVE,
        # SQLite, "SQL language: keywords" and sqlite3StrICmp throughout: insensitive, quoted or not.
        "sqlite": _INSENSITIVE_ASCII,
        # StarRocks, "System limits": columns and aliases are insensitive, tables by
        # `enable_table_name_case_insensitive`.
        "starrocks": _SERVER,
        "tableau": _UNKNOWN,
        # Teradata, "Object names": compared without regard to case, also between quotation marks.
        "teradata": _INSENSITIVE,
        # Trino, "Keywords and identifiers": not treated as case-sensitive, quoted or not.
        "trino": _INSENSITIVE,
        # SQL Server, "Database identifiers": by the database's collation, insensitive by default; names that another
        # collation tells apart are ambiguous here, never the first hit.
        "tsql": _INSENSITIVE,
    }
)
"""How each dialect compares identifiers. Where a manual does not say, an exact match wins, else the only other one."""

_OTHER_NAMES = {
    "greenplum": "postgres", "mariadb": "mysql", "mssql": "tsql", "pg": "postgres", "plsql": "oracle",
    "postgresql": "postgres", "sparksql": "spark", "sqlserver": "tsql", "sqlite3": "sqlite", "transact-sql": "tsql",
}  # fmt: skip


def nearest_dialect(word: str) -> str:
    """` (did you mean `x`?)` for the dialect that a word may mean, or nothing."""
    known = _OTHER_NAMES.get(word.lower())
    return f" (did you mean `{known}`?)" if known else nearest(word.lower(), FOLDING)
