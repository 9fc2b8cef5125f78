"""`analyse`: from a text of SQL and a catalog to an exposure."""

from __future__ import annotations

import datetime

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from classify.catalog import Catalog
from classify.errors import UsageError
from classify.exposure import Cause, Exposure, Statement, Unresolved
from classify.labels import Label
from classify.sql.handlers import fill
from classify.sql.names.dialects import dialect_row
from classify.sql.report.accounting import account
from classify.sql.report.detail import Columns, Outcome, label_of, spell_out
from classify.sql.session.compiled import compiled
from classify.sql.session.session import LimitHit, Session
from classify.sql.statements.run import run
from classify.sql.text.parse import Parsed, parse
from classify.sql.text.spans import Places
from classify.sql.walk.dispatch import Ran
from classify.sql.walk.findings import Note
from classify.sql.walk.known import DATE_PARTS
from classify.sql.walk.walk import Walk

fill()


def analyse(
    sql: str,
    catalog: Catalog,
    *,
    dialect: str,
    default_schema: str | None = None,
    default_database: str | None = None,
    today: datetime.date | None = None,
) -> Exposure:
    """What a text of SQL touches, and so its highest class, without running it.

    Args:
        sql: one statement or a script.
        catalog: the datasets that are known.
        dialect: sqlglot's name of the dialect; it is never guessed.
        default_schema, default_database: override the catalog's own.
        today: the day on which declassifications must hold; by default the present one.

    Raises:
        UsageError: an unknown dialect, or an argument of another type. Whatever is wrong with the text itself is
            unresolved in the exposure.

    Assumes: triggers, generated columns, defaults, row policies, foreign-key actions and the bodies of functions are
    not seen.
    """
    fits = isinstance(sql, str) and isinstance(catalog, Catalog)  # type: ignore[redundant-expr]  # not all use mypy
    if not fits or not isinstance(dialect, str):
        raise _wrong_type(sql, catalog, dialect)
    session = new_session(catalog, dialect, default_schema, default_database, today, ascii=sql.isascii())
    return exposure_of(sql, session, run_all(sql, session))


def _wrong_type(sql: object, catalog: object, dialect: object) -> UsageError:
    named = (("sql", sql, str), ("catalog", catalog, Catalog), ("dialect", dialect, str))
    name, value, kind = next(one for one in named if not isinstance(one[1], one[2]))
    expected = "a Catalog" if kind is Catalog else "a text"
    return UsageError(f"expected {expected} as `{name}`, found {type(value).__name__}")


def new_session(
    catalog: Catalog,
    dialect: str,
    default_schema: str | None,
    default_database: str | None,
    today: datetime.date | None,
    *,
    ascii: bool = False,  # noqa: A002  # what `str.isascii` says of all texts
) -> Session:
    """Where the names of texts are looked up at first."""
    row = dialect_row(dialect)
    fold = row.datasets.fold
    path = (default_schema,) if default_schema is not None else catalog.search_path
    database = default_database if default_database is not None else catalog.default_database
    return Session(
        compiled(catalog, row),
        [fold(schema, False) for schema in path],
        fold(database, False) if database is not None else None,
        today,
        ascii=ascii,
    )


def run_all(sql: str, session: Session) -> list[Outcome]:
    """The walks over the statements of a text, in order."""
    return [outcome_of(parsed, session) for parsed in parse(sql, session.row.name)]


def exposure_of(sql: str, session: Session, outcomes: list[Outcome]) -> Exposure:
    """What those walks over the statements of a text found."""
    columns = Columns(session.numbering, session.compiled)
    labels = [_label(outcome, columns) for outcome in outcomes]
    label = labels[0] if len(labels) == 1 else session.compiled.catalog.scheme.high_water_mark(labels)

    def make() -> tuple[Statement, ...]:
        text = Places(sql)
        return tuple(_spelled(outcome, columns, text) for outcome in outcomes)

    return Exposure.deferred(session.row.name, label, make)


def _label(outcome: Outcome, columns: Columns) -> Label:
    """The statement's label. INVARIANT no-input-raises: no input raises; what could not be told counts as top."""
    try:
        return label_of(outcome.found, columns)
    except Exception:  # noqa: BLE001  # the reason is told where the statement is spelled out
        return columns.compiled.catalog.scheme.top


def _spelled(outcome: Outcome, columns: Columns, text: Places) -> Statement:
    """The statement, spelled out. INVARIANT no-input-raises: no input raises, whenever it is asked for."""
    try:
        return spell_out(outcome, columns, text)
    except Exception as error:  # noqa: BLE001  # what could not be told counts as top
        top = columns.compiled.catalog.scheme.top
        detail = f"the answer could not be spelled out ({type(error).__name__}); please report it"
        span = text.span(outcome.start, outcome.end)
        unresolved = (Unresolved(Cause.INTERNAL, "statement", span, detail),)
        return Statement(outcome.kind, span, top, top, (), (), (), (), unresolved)


def outcome_of(parsed: Parsed, session: Session) -> Outcome:
    """The walk over one statement, and what it leaves to later ones."""
    walk = Walk(session)
    kind, result = _walked(walk, parsed)
    if walk.found.notes:
        walk.doubt_what_was_written(kind)
    return Outcome(kind, walk.found, result, parsed.start, parsed.end)


def _walked(walk: Walk, parsed: Parsed) -> Ran:
    """The kind of a statement and what it returns.

    INVARIANT no-input-raises: no input raises; what goes wrong is unresolved.
    """
    if parsed.tree is None:
        failure = parsed.failure
        assert failure is not None, "a statement has a tree or a failure"
        walk.failed(failure.cause, failure.detail, failure.start, failure.end)
        return Ran("unknown", None)
    try:
        ran = run(walk, parsed.tree)
        _note_what_the_tree_lacks(walk, parsed)
        if not walk.found.notes:
            account(walk, parsed.tree, parsed.tokens, ran.result)
    except RecursionError:
        walk.failed(Cause.LIMIT, "the statement nests too deeply to be analysed; split it", parsed.start, parsed.end)
    except LimitHit as limit:
        walk.failed(Cause.LIMIT, str(limit), parsed.start, parsed.end)
    except Exception as error:  # noqa: BLE001  # a fault of ours must not pass for an answer: the statement counts as top
        walk.failed(
            Cause.INTERNAL, f"the analysis failed ({type(error).__name__}); please report it", parsed.start, parsed.end
        )
    else:
        return ran
    return Ran("unknown", None)


def _note_what_the_tree_lacks(walk: Walk, parsed: Parsed) -> None:
    for argument in parsed.dropped:
        if not _is_unit(walk, argument):
            detail = (
                "the parser drops this argument, so what it does is not known; remove it or have the query reviewed"
            )
            walk.unresolved(Cause.CONSTRUCT, argument.name, argument, detail)
    for cause, name, detail, start, end in parsed.hidden:
        walk.found.notes.append(Note(cause, name, None, detail, (start, end)))


_UNITS = DATE_PARTS | Dialect.DATE_PART_MAPPING.keys()


def _is_unit(walk: Walk, argument: exp.Expr) -> bool:
    """Whether a dropped argument is a word for a date part that no table in the statement has as a column."""
    if argument.__class__ is not exp.Column or argument.args.get("table") or argument.name.upper() not in _UNITS:
        return False
    key = walk.key(argument.this)
    return walk.row.unit_words or not any(key in table.masks for _, table in walk.found.touched)
