"""Texts that follow one another in a connection: each is analysed after what the earlier ones made of names."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from attrs import frozen

from classify.catalog import Catalog
from classify.exposure import Exposure
from classify.sql.analyse import exposure_of, new_session, outcome_of, run_all
from classify.sql.session.script import Boundary
from classify.sql.session.session import Session
from classify.sql.sources.made import Made
from classify.sql.text.parse import parse


@frozen(eq=False, repr=False)
class Step:
    """What one statement does to those behind it.

    Attributes:
        text: of the statement.
        changes: whether names mean something else from here on, or a table that is not in the catalog holds more.
        local: whether that ends with the transaction.
        outlasts: whether a rollback leaves it as it is.
        boundary: where it begins or ends a transaction or a part of one, with the savepoint's name.
    """

    text: str
    changes: bool
    local: bool
    outlasts: bool
    boundary: tuple[Boundary, str] | None


_SETTINGS = ("use", "set")


class Analyser:
    """`analyse` for the texts of a connection: one catalog, one dialect, one set of defaults.

    A placeholder is a value, wherever it stands: a driver binds nothing else.

    Raises:
        UsageError: an unknown dialect.
    """

    def __init__(
        self,
        catalog: Catalog,
        dialect: str,
        *,
        default_schema: str | None = None,
        default_database: str | None = None,
    ) -> None:
        self._begin = catalog, dialect, default_schema, default_database
        new_session(*self._begin, None)

    def first_path(self) -> tuple[str, ...]:
        """The schemas in which a name without one is looked up at first, folded."""
        return tuple(new_session(*self._begin, None).search_path)

    def analyse(
        self, sql: str, after: Sequence[str] = (), *, in_transaction: bool = False, today: datetime.date | None = None
    ) -> tuple[Exposure, tuple[Step, ...]]:
        """What a text touches, and what each of its statements does to those behind it.

        Args:
            after: the statements that changed what names mean before it, in their order.
            in_transaction: whether one is open.
            today: the day on which declassifications must hold; by default the present one.
        """
        session = new_session(*self._begin, today, ascii=sql.isascii() and all(map(str.isascii, after)))
        session.bound = True
        if in_transaction:
            session.script.begin()
        for text in after:
            run_all(text, session)
        script = session.script
        outcomes = []
        steps = []
        state = _state(session)
        for parsed in parse(sql, session.row.name):
            boundaries, local = len(script.boundaries), script.local_changes
            outcomes.append(outcome_of(parsed, session))
            before, state = state, _state(session)
            boundary = script.boundaries[-1] if len(script.boundaries) > boundaries else None
            outlasts = outcomes[-1].kind in _SETTINGS and not session.row.settings_roll_back
            text = sql[parsed.start : parsed.end]
            steps.append(Step(text, state != before, script.local_changes > local, outlasts, boundary))
        return exposure_of(sql, session, outcomes), tuple(steps)


def _state(session: Session) -> object:
    """What later statements depend on; data in the catalog's own tables has the labels that the catalog gives it."""
    script = session.script
    held = [
        (id(one), [out.flow for out in one.relation.outs()], one.relation.rows, one.relation.loose, one.doubt)
        if isinstance(one, Made)
        else (id(one), one.doubt)
        for one in script.made()
    ]
    variables = (*sorted(script.variables.items()), *sorted(script.doubted))
    return session.search_path, session.database, script.names.count, script.doubt, variables, held
