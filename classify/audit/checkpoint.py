"""Checkpoints (C2SP tlog-checkpoint): how long a log is and its root, signed; and what a signer remembers of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from attrs import field, frozen

from classify.audit.merkle import SIZE
from classify.audit.note import NoteError, Signer, Verifier, decoded, encoded, opened

_NUMBER = re.compile(r"0|[1-9]\d{0,17}")


@frozen
class Checkpoint:
    """How long a log was, and the root over its entries then.

    Attributes:
        origin: the name of the log.
        size: how many entries.
        root: the 32 bytes of the hash.
    """

    origin: str
    size: int
    root: bytes = field(repr=lambda value: value.hex())

    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"

    def signed(self, signer: Signer) -> str:
        """The checkpoint as a note."""
        return signer.note(self.text())

    @classmethod
    def parse(cls, note: str, verifiers: Iterable[Verifier]) -> Checkpoint:
        """The checkpoint of a note that one of some keys signed.

        Raises:
            NoteError: it is none, or was changed.
        """
        return cls.of_text(opened(note, verifiers))

    @classmethod
    def of_text(cls, text: str) -> Checkpoint:
        """The checkpoint of a text, whoever signed it.

        Raises:
            NoteError: it is none.
        """
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0] or not _NUMBER.fullmatch(lines[1]):
            raise NoteError("is no checkpoint: expected the lines origin, size and root")
        return cls(lines[0], int(lines[1]), decoded(lines[2], SIZE))


class Memory:
    """The last checkpoint that a signer signed, in a file of its own outside of the log's database.

    With it a signer refuses a log that forgot entries or has others, as a restored backup does.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def last(self) -> Checkpoint | None:
        """The last one, or None before the first.

        Raises:
            NoteError: the file holds something else.
        """
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise NoteError(f"{self._path} cannot be read: {error}") from None
        return Checkpoint.of_text(text)

    def keep(self, checkpoint: Checkpoint) -> None:
        """Remember a checkpoint, whole or not at all.

        Raises:
            OSError: it cannot be written.
        """
        own = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            with own.open("w", encoding="utf-8", newline="\n") as file:
                file.write(checkpoint.text())
                file.flush()
                os.fsync(file.fileno())
            own.replace(self._path)
        finally:
            own.unlink(missing_ok=True)
