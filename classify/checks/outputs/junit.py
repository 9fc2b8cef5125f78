"""JUnit's XML, as GitLab and Jenkins read it: a test for each finding, and one that passes for each clean file."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from classify.checks.check import Report
from classify.checks.fingerprint import Located, relative_path
from classify.checks.run import Run

# XML 1.0, "Characters": these may not stand in it, however they are written.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(run: Run) -> str:
    found: dict[str, list[Located]] = {}
    for one in run.found:
        found.setdefault(one.report.path, []).append(one)
    cases: list[str] = []
    failures = errors = skipped = 0
    for report in run.reports:
        path = relative_path(report.path, run.root)
        own = found.get(report.path, [])
        failures += len(own)
        errors += len(report.problems)
        cases += [_failure(one) for one in own]
        cases += [_case(path, "readable", f"<error message={_attribute(str(one))}/>") for one in report.problems]
        if run.show_suppressed:
            skipped += len(report.suppressed)
            cases += [
                _case(path, f"{one.code} {one.span.start.line}:{one.span.start.column}",
                      f"<skipped message={_attribute(by.reason)}/>")
                for one, by in report.suppressed
            ]  # fmt: skip
        if not own and not report.problems:
            cases.append(_case(path, "classify", ""))
    outside = [problem for problem in run.problems if not _of_report(problem.place, run.reports)]
    errors += len(outside)
    cases += [_case(one.place or "classify", "readable", f"<error message={_attribute(str(one))}/>") for one in outside]
    counts = f'tests="{len(cases)}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {counts}>"]
    lines += [f'<testsuite name="classify" {counts} time="0">', *cases, "</testsuite>", "</testsuites>"]
    return "\n".join(lines)


def _of_report(place: str, reports: tuple[Report, ...]) -> bool:
    return any(problem.place == place for report in reports for problem in report.problems)


def _failure(one: Located) -> str:
    finding, start = one.finding, one.finding.span.start
    text = f"{one.path}:{start.line}:{start.column}: {finding.code} {finding.message}\nhelp: {finding.help}"
    attributes = f"message={_attribute(finding.message)} type={_attribute(finding.code)}"
    inside = f"<failure {attributes}>{escape(_legal(text))}</failure>"
    # Two tests of one name are one to GitLab, so the place is part of it.
    return _case(one.path, f"{finding.code} {start.line}:{start.column}", inside, start.line)


def _case(path: str, name: str, inside: str, line: int = 1) -> str:
    # Jenkins takes what stands before the last dot for a package.
    attributes = f"classname={_attribute(path.replace('.', '_'))} name={_attribute(name)} file={_attribute(path)}"
    return f'<testcase {attributes} line="{line}" time="0">{inside}</testcase>'


def _attribute(text: str) -> str:
    return quoteattr(_legal(text))


def _legal(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
