"""What comments in the checked files ask of us: suppressions, `-- classify: allow[CLS101] ceiling=… reason="…"`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from attrs import frozen

from classify.errors import FileError, Problem, nearest
from classify.exposure import Lines, Span
from classify.hosts import Snippet

if TYPE_CHECKING:
    from classify.hosts import Found

WORD = re.compile(r"""([^\s=]+)(?:=(?:"([^"]*)"|(\S*)))?""")
"""A key of a directive, with its value in quotes or plain."""

_ALLOW = re.compile(r"\s*allow\b\s*(?:\[([^\]]*)\])?(.*)", re.DOTALL)
_IN_SQL = re.compile(
    r"--[ \t]*classify:([ \t]*allow\b[^\r\n]*)|/\*[ \t]*classify:([ \t]*allow\b(?:(?!\*/).)*)\*/", re.DOTALL
)
_SETTING = re.compile(r"(?:--|/\*)[ \t]*classify:(?![ \t]*allow\b)")
_KEYS = ("ceiling", "until", "reason")
_CODE = re.compile(r"CLS\d{1,3}\Z")


def is_suppression(text: str) -> bool:
    """Whether what stands behind `classify:` is a suppression and no setting."""
    return bool(_ALLOW.match(text))


@frozen(repr=False)
class Suppression:
    """A comment that accepts findings in one statement.

    Attributes:
        codes: of rules, or what their codes begin with.
        ceiling: the level up to which it covers.
        until: the last day on which it counts, or None.
        reason: why.
        span: of the comment's words, in the file.
        place: 0-based offset of the comment in its text: the snippet's, or the file's where the host wrote it.
        own_line: whether nothing but the comment stands on its line.
        snippet: the one that the comment stands in, or None where the host's language has it.
    """

    codes: tuple[str, ...]
    ceiling: str
    until: datetime.date | None
    reason: str
    span: Span
    place: int
    own_line: bool
    snippet: Snippet | None

    def names(self, code: str) -> bool:
        return any(code.startswith(one) for one in self.codes)


def read_suppressions(found: Found, text: str, shown: str, levels: Iterable[str]) -> list[Suppression]:
    """The suppressions in a file, in order.

    Args:
        found: in the file.
        text: of the file.
        shown: its name in messages.
        levels: that a ceiling may name.

    Raises:
        FileError: with everything that is wrong in one.
    """
    reader = _Reader(Lines(text), shown, tuple(levels))
    for comment in found.comments:
        if is_suppression(comment.text):
            reader.add(comment.text, comment.start, comment.start, own_line=comment.own_line, snippet=None)
        else:
            reader.complain(
                comment.start, "only `allow[…]` may stand in such a comment, settings belong in the settings file"
            )
    for snippet in found.snippets:
        if snippet.places is not None:
            for match in _SETTING.finditer(snippet.text):
                # INVARIANT no-ceiling-is-dropped: a ceiling that would not count is an error, for it may be the lower
                # one.
                reader.complain(
                    snippet.place(match.start(), match.end())[0],
                    "settings do not count in a text in code, use `classify.ceiling(…)` or the settings file",
                )
        for match in _IN_SQL.finditer(snippet.text) if "classify" in snippet.text else ():
            group = 1 if match[1] is not None else 2
            before = snippet.text[snippet.text.rfind("\n", 0, match.start()) + 1 : match.start()]
            place, _ = snippet.place(match.start(group), match.end(group))
            reader.add(match[group], place, match.start(), own_line=not before.strip(), snippet=snippet)
    if reader.problems:
        raise FileError(reader.problems)
    return sorted(reader.found, key=lambda one: one.span)


class _Reader:
    """Turns comments into suppressions, and gathers what is wrong in them."""

    def __init__(self, lines: Lines, shown: str, levels: tuple[str, ...]) -> None:
        self._lines = lines
        self._shown = shown
        self._levels = levels
        self.found: list[Suppression] = []
        self.problems: list[Problem] = []

    def complain(self, offset: int, message: str) -> None:
        at = self._lines.position(offset)
        self.problems.append(Problem(f"{self._shown}:{at.line}:{at.column}", "", message))

    def add(self, text: str, offset: int, place: int, *, own_line: bool, snippet: Snippet | None) -> None:
        match = _ALLOW.match(text)
        assert match is not None, "the caller looked"
        codes = tuple(code.strip() for code in (match[1] or "").split(",") if code.strip())
        before = len(self.problems)
        if not codes:
            self.complain(offset, "names no rule, write `allow[CLS101]`")
        for code in codes:
            if not _CODE.match(code):
                self.complain(offset, f"`{code}` is no code of a rule, expected one as CLS101")
        words = dict(self._words(match[2], offset))
        until = self._date(words.get("until"), offset)
        ceiling = words.get("ceiling", "")
        if ceiling not in self._levels and "ceiling" in words:
            hint = nearest(ceiling, self._levels) or f", expected one of {', '.join(self._levels)}"
            self.complain(offset, f"unknown ceiling `{ceiling}`{hint}")
        elif not ceiling:
            self.complain(offset, "has no `ceiling=…`, name the level up to which it covers")
        if not words.get("reason", "").strip():
            self.complain(offset, 'has no `reason="…"`, say why this is right')
        if len(self.problems) == before:
            stop = offset + len(text.rstrip())
            self.found.append(
                Suppression(
                    codes,
                    ceiling,
                    until,
                    words["reason"].strip(),
                    self._lines.span(offset, min(stop, len(self._lines.text))),
                    place,
                    own_line,
                    snippet,
                )
            )

    def _words(self, text: str, offset: int) -> Iterator[tuple[str, str]]:
        for word in WORD.finditer(text):
            value = word[2] if word[2] is not None else word[3]
            if word[1] not in _KEYS:
                hint = nearest(word[1], _KEYS) or f", expected one of {', '.join(_KEYS)}"
                self.complain(offset, f"unknown key `{word[1]}`{hint}")
            elif not value:
                self.complain(offset, f"`{word[1]}` has no value, expected `{word[1]}=…`")
            else:
                yield word[1], value

    def _date(self, value: str | None, offset: int) -> datetime.date | None:
        if value is None:
            return None
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            self.complain(offset, f"`{value}` is no day, expected one as 2027-01-31")
            return None


def covered_statement(suppression: Suppression, statements: list[Span], text: str) -> Span | None:
    """The statement of a snippet that a comment in it covers: the one around it, else before it on its line, else next.

    Args:
        statements: of the snippet, in the snippet's own offsets.
        text: of the snippet.
    """
    at = suppression.place
    for span in statements:
        if span.start_offset <= at < span.end_offset:
            return span
    if not suppression.own_line:
        line = text.rfind("\n", 0, at) + 1
        behind = [span for span in statements if line < span.end_offset <= at]
        if behind:
            return behind[-1]
    return next((span for span in statements if span.start_offset >= at), None)


def covers_host_statement(suppression: Suppression, around: tuple[int, int], text: str) -> bool:
    """Whether a comment of the host's language covers a statement of it: on one of its lines, or right above it."""
    at, (start, end) = suppression.place, around
    if suppression.own_line and at < start:
        between = text[text.find("\n", at) + 1 : start] if "\n" in text[at:start] else ""
        return all(not line.strip() or line.lstrip().startswith("#") for line in between.split("\n"))
    stop = text.find("\n", end)
    return start <= at < (stop if stop >= 0 else len(text))
