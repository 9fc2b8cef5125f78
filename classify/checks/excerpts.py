"""The text of a checked file as it may be shown: without its literals and comments."""

from __future__ import annotations

from pathlib import PurePath

from classify.checks.check import Report
from classify.hosts import shown


def masked_text(report: Report) -> str:
    """A file's text with its literals and comments dotted out, character for character, lines kept.

    What the host's own language has is dotted out first; then each snippet's SQL is put back, without its literals.
    """
    if not report.dialect:
        return report.text  # a catalog's file, which holds names alone
    from classify.sql.text.masking import MASK, masked

    text = shown(PurePath(report.path), report.text)
    if text is None:
        return masked(report.text, report.dialect)
    chars = list(text)
    for snippet in report.snippets:
        for char, place in zip(masked(snippet.text, report.dialect), snippet.places or (), strict=False):
            if char != MASK and not report.text[place].isspace():
                chars[place] = report.text[place]
    return "".join(chars)
