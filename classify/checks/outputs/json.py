"""JSON, for programs of one's own: everything that a finding holds, never cut."""

from __future__ import annotations

import json
from typing import Any

from classify.checks.fingerprint import Located
from classify.checks.rules import ALL_RULES
from classify.checks.run import Run

_NAMES = {rule.code: rule.name for rule in ALL_RULES}


def render(run: Run) -> str:
    document: dict[str, Any] = {
        "version": 1,
        "files": len(run.reports),
        "findings": [_finding(one) for one in run.found],
        "raised": [
            {
                "file": report.path,
                "ceiling": one.ceiling,
                "settings": one.settings,
                "reason": one.reason or None,
                "span": one.span.to_dict(),
            }
            for report in run.reports
            for one in report.raised
        ],
        "errors": [{"place": one.place, "path": one.path, "message": one.message} for one in run.problems],
    }
    if run.show_suppressed:
        document["suppressed"] = [
            {
                "file": report.path,
                **finding.to_dict(),
                "reason": by.reason,
                "until": str(by.until) if by.until else None,
            }
            for report in run.reports
            for finding, by in report.suppressed
        ]
        document["baselined"] = [_finding(one) for one in run.baselined]
    return json.dumps(document, indent=2)


def _finding(one: Located) -> dict[str, Any]:
    own = one.finding.to_dict()
    return {"file": one.report.path, "code": own.pop("code"), "name": _NAMES[one.finding.code], **own,
            "fingerprint": one.fingerprint}  # fmt: skip
