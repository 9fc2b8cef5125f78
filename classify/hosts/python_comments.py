"""What of Python's source is no code: comments that speak to us, and what an excerpt must not show."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

from classify.hosts.snippet import Comment

_OURS = re.compile(r"#[ \t]*classify:(.*)")
_OPENING = re.compile(r"[A-Za-z]{0,2}('''|\"\"\"|'|\")")
_MASK = "·"
_HIDDEN = frozenset(
    number
    for name in ("STRING", "NUMBER", "COMMENT", "FSTRING_MIDDLE", "TSTRING_MIDDLE")
    if (number := getattr(tokenize, name, None)) is not None
)  # fmt: skip


def comments(source: str) -> tuple[Comment, ...]:
    """The comments `# classify: …`, in order."""
    if not _OURS.search(source):
        return ()
    found = []
    for kind, start, end in _tokens(source):
        match = _OURS.match(source[start:end]) if kind == tokenize.COMMENT else None
        if match:
            before = source[source.rfind("\n", 0, start) + 1 : start]
            found.append(Comment(match[1], start + match.start(1), not before.strip()))
    return tuple(found)


def masked(source: str) -> str:
    """The source with its texts, numbers and comments dotted out, character for character, lines kept."""
    chars = list(source)
    at = 0
    for kind, start, end in _tokens(source):
        at = max(at, end)
        if kind in _HIDDEN and not _OURS.match(source[start:end]):
            opening = _OPENING.match(source[start:end])
            closing = len(opening[1]) if opening and kind == tokenize.STRING else 0
            for place in range(start + (opening.end() if opening else 0), end - closing):
                if not chars[place].isspace():
                    chars[place] = _MASK
    for place in range(at, len(chars)):  # what could not be read
        if not chars[place].isspace():
            chars[place] = _MASK
    return "".join(chars)


def _tokens(source: str) -> Iterator[tuple[int, int, int]]:
    """The kind, start and end of each token, as 0-based offsets, as far as the source can be split."""
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", source))]
    try:
        for token in tokenize.generate_tokens(io.StringIO(source, newline="").readline):
            if token.start[0] <= len(starts) and token.end[0] <= len(starts):
                yield token.type, starts[token.start[0] - 1] + token.start[1], starts[token.end[0] - 1] + token.end[1]
    except (tokenize.TokenError, SyntaxError, IndexError):
        return
