"""GitLab's code quality report (GitLab, "Code Quality", "Code Quality report format")."""

from __future__ import annotations

import json
from typing import Any

from classify.checks.finding import Severity
from classify.checks.fingerprint import Located, digest
from classify.checks.run import Run
from classify.errors import Problem


def render(run: Run) -> str:
    return json.dumps([*map(_entry, run.found), *map(_problem, run.problems)], indent=2)


def _entry(one: Located) -> dict[str, Any]:
    finding = one.finding
    return {
        # The page does not show the name of the check.
        "description": f"{finding.code}: {finding.message}; {finding.help}",
        "check_name": finding.code,
        # Of several with one fingerprint GitLab shows the first alone.
        "fingerprint": one.fingerprint,
        "severity": "major" if finding.severity is Severity.ERROR else "minor",
        "location": {
            "path": one.path,
            "lines": {"begin": finding.span.start.line, "end": max(finding.span.end.line, finding.span.start.line)},
        },
    }


def _problem(problem: Problem) -> dict[str, Any]:
    path, _, rest = problem.place.partition(":")
    line = rest.partition(":")[0]
    return {
        "description": f"not checked: {problem.message}",
        "check_name": "classify",
        "fingerprint": digest("problem", problem.place, problem.message),
        "severity": "critical",
        "location": {"path": path or ".", "lines": {"begin": int(line) if line.isdigit() else 1}},
    }
