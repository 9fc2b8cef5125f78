"""SARIF 2.1.0 (OASIS), with what GitHub's code scanning asks for beyond it.

What comments and the baseline accept is left out unless it is asked for: GitHub shows suppressed results as open ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from classify.checks.finding import Finding, Severity
from classify.checks.fingerprint import Located, digest, relative_path
from classify.checks.rules import ALL_RULES, Rule
from classify.checks.run import Run
from classify.exposure import Lines, Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_HOME = "https://pypi.org/project/classify-sdk/"
_MOST_RESULTS = 25_000
"""GitHub refuses a run with more."""

_MOST_CHARACTERS = 1_000
"""GitHub cuts a message after 1,024."""

# GitHub sorts alerts by this number: above 9 critical, from 7 high, from 4 medium.
_SECURITY = {"1": "8.0", "2": "6.0", "3": "4.0", "4": "4.0"}


def render(run: Run) -> str:
    results = [_result(one) for one in run.found]
    if run.show_suppressed:
        results += [
            _result(one) | {"suppressions": [{"kind": "external", "status": "accepted"}]} for one in run.baselined
        ]
        results += [
            _of(finding, relative_path(report.path, run.root), report.text, digest(finding.code, *finding.what))
            | {"suppressions": [{"kind": "inSource", "status": "accepted", "justification": by.reason}]}
            for report in run.reports
            for finding, by in report.suppressed
        ]
    from classify.version import version

    driver = {
        "name": "classify",
        "semanticVersion": _semantic(version()),
        "informationUri": _HOME,
        "rules": [_rule(rule) for rule in sorted(ALL_RULES, key=lambda rule: rule.code)],
    }
    document = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {"id": "classify/"},
                "columnKind": "utf16CodeUnits",
                "originalUriBaseIds": {"%SRCROOT%": {"uri": f"{run.root.as_uri()}/"}},
                "invocations": [
                    {
                        "executionSuccessful": not run.problems,
                        "toolExecutionNotifications": [
                            {"level": "error", "message": {"text": _cut(str(problem))}} for problem in run.problems
                        ],
                    }
                ],
                "results": results[:_MOST_RESULTS],
            }
        ],
    }
    return json.dumps(document, indent=2)


def _semantic(version: str) -> str:
    numbers = version.partition("+")[0].split(".")
    return ".".join([*numbers, "0", "0"][:3]) if all(part.isdigit() for part in numbers) else "0.0.0"


def _rule(rule: Rule[Any, Any]) -> dict[str, Any]:
    page = rule.page
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": _cut(rule.summary)},
        "fullDescription": {"text": _cut(_section(page, "What it does") or rule.summary)},
        "help": {"text": _plain(page), "markdown": page.strip()},
        "defaultConfiguration": {"level": "error", "enabled": rule.by_default},
        "properties": {
            "tags": ["security", "data-classification"],
            "precision": "very-high",
            "security-severity": _SECURITY[rule.code[3]],
        },
    }


def _section(page: str, heading: str) -> str:
    text = page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return " ".join(text.split())


def _plain(page: str) -> str:
    return "\n".join(line for line in page.strip().splitlines() if not line.startswith("```"))


def _result(one: Located) -> dict[str, Any]:
    found = _of(one.finding, one.path, one.report.text, one.fingerprint)
    found["partialFingerprints"]["classifyStatement/v1"] = one.statement
    return found


def _of(finding: Finding, path: str, text: str, fingerprint: str) -> dict[str, Any]:
    lines = Lines(text)
    found: dict[str, Any] = {
        "ruleId": finding.code,
        "level": "error" if finding.severity is Severity.ERROR else "warning",
        "message": {"text": _cut(f"{finding.message}; {finding.help}")},
        "locations": [_location(path, lines, finding.span)],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint, "classify/v1": fingerprint},
        "properties": {"parts": [str(part) for part in finding.parts], "ceiling": finding.ceiling or "none"},
    }
    related = [span for part in finding.parts for span in part.spans if span != finding.span][:20]
    if related:
        found["relatedLocations"] = [
            {"id": at, **_location(path, lines, span)} for at, span in enumerate(_unique(related), start=1)
        ]
    return found


def _unique(spans: Iterable[Span]) -> list[Span]:
    return list(dict.fromkeys(spans))


def _location(path: str, lines: Lines, span: Span) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(path), "uriBaseId": "%SRCROOT%"},
            "region": {
                "startLine": span.start.line,
                "startColumn": _column(lines, span.start.line, span.start_offset),
                "endLine": span.end.line,
                "endColumn": max(
                    _column(lines, span.end.line, span.end_offset),
                    _column(lines, span.start.line, span.start_offset) + 1 if span.start.line == span.end.line else 1,
                ),
            },
        }
    }


def _column(lines: Lines, line: int, offset: int) -> int:
    """The 1-based column in code units of UTF-16."""
    return len(lines.text[lines.start(line) : offset].encode("utf-16-le", errors="surrogatepass")) // 2 + 1


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"
