"""GitHub's workflow commands: annotations on the lines of a pull request.

The runner reads them from what a step prints (GitHub, "Workflow commands for GitHub Actions"). It shows ten errors and
ten warnings of a step and drops the others without a word, so the last line says how many there are.
"""

from __future__ import annotations

from classify.checks.finding import Severity
from classify.checks.fingerprint import Located
from classify.checks.run import Run

_SHOWN = 10


def render(run: Run) -> str:
    order = {Severity.ERROR: 0, Severity.WARNING: 1}
    found = sorted(run.found, key=lambda one: order[one.finding.severity])  # errors first; else as they stand
    lines = [_command(one) for one in found]
    lines += [f"::error title=classify::{_message(str(problem))}" for problem in run.problems]
    if len(lines) > _SHOWN:
        lines.append(
            f"classify: {len(lines)} annotations; GitHub shows {_SHOWN} errors and {_SHOWN} warnings of a step"
        )
    return "\n".join(lines)


def _command(one: Located) -> str:
    finding, span = one.finding, one.finding.span
    place = f"file={_property(one.path)},line={span.start.line},endLine={span.end.line}"
    if span.start.line == span.end.line:
        place += f",col={span.start.column},endColumn={max(span.end.column, span.start.column + 1)}"
    title = _property(f"classify {finding.code}")
    return f"::{finding.severity.value} {place},title={title}::{_message(f'{finding.message}; {finding.help}')}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
