"""Every case beside this file is analysed in each of its dialects, and the answer compared with what it states."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path

import pytest

from classify import Catalog, Exposure
from classify.sql import analyse
from tests.cases.case import Case, read_cases

FOLDER = Path(__file__).parent
CASES = [(case, dialect) for case in read_cases(FOLDER) for dialect in case.dialects]
_NAMES = [f"{case.place.partition('.')[0]}/{case.title} [{dialect}]" for case, dialect in CASES]


@functools.cache
def _catalog() -> Catalog:
    return Catalog.load(FOLDER / "catalog.yaml")


def _analyse(case: Case, dialect: str) -> Exposure:
    return analyse(case.sql, _catalog(), dialect=dialect, default_schema="app")


def _short(names: Iterable[str]) -> set[str]:
    """The names as a case writes them: without the default schema."""
    return {name.removeprefix("app.") for name in names}


def _flow(name: str, direct: Iterable[str], indirect: Iterable[str]) -> str:
    return f"{name}: {' '.join(sorted(_short(direct)))} <- {' '.join(sorted(_short(indirect)))}"


def _stated_flow(name: str, value: str) -> str:
    direct, _, indirect = value.partition("<-")
    return _flow(name, direct.split(), indirect.split())


def _compare_sets(what: str, expected: Iterable[str], found: Iterable[str]) -> list[str]:
    """A line for what is missing and one for what is too much."""
    wanted, got = set(expected), set(found)
    return [
        f"{what}: {word} {' '.join(sorted(rest))}"
        for word, rest in (("missing", wanted - got), ("too much", got - wanted))
        if rest
    ]


def _compare_lists(what: str, expected: list[str], found: list[str]) -> list[str]:
    if not expected or expected == found:
        return []
    return [f"{what}: expected", *(f"    {line}" for line in expected), "  found", *(f"    {line}" for line in found)]


def differences(case: Case, dialect: str, exposure: Exposure) -> list[str]:
    """What the answer has otherwise than the case states."""
    reads = {read.column.removeprefix("app."): read for read in exposure.reads}
    lines = _compare_sets("reads", (case.value("reads", dialect) or "").split(), reads)
    lines += _compare_sets(
        "unresolved", (case.value("unresolved", dialect) or "").split(), {u.cause.value for u in exposure.unresolved}
    )
    if (datasets := case.value("datasets", dialect)) is not None:
        found = (dataset.name for statement in exposure.statements for dataset in statement.datasets)
        lines += _compare_sets("datasets", datasets.split(), _short(found))
    lines += _compare_lists(
        "outputs",
        [_stated_flow(name, value) for name, value in case.values("output", dialect)],
        [_flow(output.name, output.direct, output.indirect) for output in exposure.outputs],
    )
    lines += _compare_lists(
        "writes",
        sorted(_stated_flow(name, value) for name, value in case.values("writes", dialect)),
        sorted(_flow(write.column.removeprefix("app."), write.direct, write.indirect) for write in exposure.writes),
    )
    for column, value in case.values("kinds", dialect):
        lines += _compare_sets(
            f"kinds of {column}", value.split(), (kind.value for kind in reads[column].kinds) if column in reads else ()
        )
    for column, value in case.values("spans", dialect):
        spans = reads[column].spans if column in reads else ()
        lines += _compare_lists(
            f"spans of {column}", value.split(" | "), [case.sql[span.start_offset : span.end_offset] for span in spans]
        )
    if (kind := case.value("kind", dialect)) is not None:
        lines += _compare_lists("kind", kind.split(), [statement.kind for statement in exposure.statements])
    if (level := case.value("level", dialect)) is not None:
        lines += _compare_lists("level", [level], [exposure.label.level])
    if (levels := case.value("levels", dialect)) is not None:
        lines += _compare_lists("levels", levels.split(), [statement.label.level for statement in exposure.statements])
    return lines


@pytest.mark.parametrize(("case", "dialect"), CASES, ids=_NAMES)
def test_case(case: Case, dialect: str) -> None:
    exposure = _analyse(case, dialect)
    if found := differences(case, dialect, exposure):
        details = [f"unresolved here: {u.cause.value} `{u.name}`: {u.detail}" for u in exposure.unresolved]
        pytest.fail(
            "\n".join([f"{case.place}: {case.title} [{dialect}]", case.sql, "", *found, *details]), pytrace=False
        )


@pytest.mark.parametrize(("case", "dialect"), CASES, ids=_NAMES)
def test_what_holds_for_every_exposure(case: Case, dialect: str) -> None:
    """INVARIANT: unresolved means top; a label dominates what it is made of; a span is a place in the text."""
    exposure = _analyse(case, dialect)
    lines = case.sql.split("\n")
    for statement in exposure.statements:
        if statement.unresolved:
            assert statement.label == _catalog().scheme.top
            assert all("; " in unresolved.detail for unresolved in statement.unresolved), "a next step"
        touched = {dataset.name for dataset in statement.datasets}
        for read in statement.reads:
            assert statement.label.dominates(read.label)
            assert read.kinds
            assert read.spans
            if len(exposure.statements) == 1:  # a later one may read what an earlier one wrote, through to its origins
                assert any(read.column.startswith(f"{name}.") for name in touched)
            for span in read.spans:
                excerpt = case.sql[span.start_offset : span.end_offset]
                assert excerpt
                start, end = span.start, span.end
                assert lines[start.line - 1][start.column - 1 :].startswith(excerpt.split("\n")[0])
                assert lines[end.line - 1][: end.column - 1].endswith(excerpt.rsplit("\n", maxsplit=1)[-1])
        in_result = {column for output in statement.outputs for column in (*output.direct, *output.indirect)}
        assert {read.column for read in statement.reads if read.in_result} >= in_result
        assert statement.result_label.level.rank <= statement.label.level.rank
    assert all(exposure.label.dominates(statement.label) for statement in exposure.statements)


def test_a_misspelt_line_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.sql").write_text("-- dialect: postgres\n\n-- case: one\nselect 1\n-- read: users.id\n")
    with pytest.raises(ValueError, match=r"x\.sql:3: unknown line `-- read: users\.id`"):
        list(read_cases(tmp_path))


def test_a_mark_without_its_reason_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.sql").write_text("-- case: one\nselect 1\n-- reads:\n-- engine: no\n")
    with pytest.raises(ValueError, match=r"x\.sql:1: unknown `-- engine: no`: expected `no \(why\)`"):
        list(read_cases(tmp_path))


def test_a_case_without_reads_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.sql").write_text("-- case: one\nselect 1\n")
    with pytest.raises(ValueError, match="no `-- reads:` line"):
        list(read_cases(tmp_path))
