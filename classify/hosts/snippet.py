"""A snippet: one text of SQL in a file, and where each of its characters stands there."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen


@frozen(repr=False)
class Hole:
    """A stretch of a snippet whose SQL is only known when the program runs, and that stands where no value does.

    Attributes:
        name: what the host writes there, if it is a plain name, else an empty text.
        start, end: 0-based offsets into the snippet's text, end exclusive.
        is_template: whether a template's engine fills it, as Jinja does, and not the program's own code.
    """

    name: str
    start: int
    end: int
    is_template: bool = False


@frozen(repr=False)
class Ceiling:
    """A ceiling that the host's code sets for the SQL inside it.

    Attributes:
        level: its name.
        reason: why it is above the settings' own, or an empty text.
        place: 0-based offset into the file.
    """

    level: str
    reason: str
    place: int


@frozen(repr=False)
class Snippet:
    """One text of SQL in a file.

    Attributes:
        text: as it is analysed: values that only the program knows are placeholders, `?`.
        start, end: the stretch of the file that it was found in, as 0-based offsets, end exclusive.
        places: the offset in the file of each character of the text; None where the text is the file, as it is.
        holes: that stand where no value does, in order.
        ceilings: of the code around it, the outermost first.
        is_sure: whether something takes it for SQL; else it only reads like a statement, and may be none.
        around: the stretches of the host's statements that it stands in and that take it; none for SQL.
    """

    text: str
    start: int
    end: int
    places: Sequence[int] | None = None
    holes: tuple[Hole, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()
    around: tuple[tuple[int, int], ...] = ()
    is_sure: bool = True

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the text stands in the file."""
        if self.places is None:
            return start, end
        if not self.places:
            return self.start, self.end
        first = self.places[min(start, len(self.places) - 1)]
        last = self.places[min(max(end - 1, start), len(self.places) - 1)]
        return first, max(last + 1, first)


@frozen(eq=False, repr=False)
class Comment:
    """A comment of the host's own language that speaks to us: what stands behind `classify:` in it.

    Attributes:
        text: behind the colon.
        start: 0-based offset of the text in the file.
        own_line: whether nothing but the comment stands on its line.
    """

    text: str
    start: int
    own_line: bool


@frozen(eq=False, repr=False)
class Found:
    """What a file holds.

    Attributes:
        snippets: in the order of the file.
        comments: of the host's own, in order; a snippet's own comments are in its text.
        failure: why the file could not be read as its kind, with its 0-based offset, or None.
    """

    snippets: tuple[Snippet, ...]
    comments: tuple[Comment, ...] = ()
    failure: tuple[str, int] | None = None
