"""Keys in files: a private one that signs, public ones that are believed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from classify.errors import FileError, Problem, UsageError

if TYPE_CHECKING:
    from classify.audit import Signer, Verifier


def read_signer(path: Path) -> Signer:
    """The private key of a file.

    Raises:
        FileError: it holds none.
    """
    from classify.audit import Signer

    try:
        return Signer.parse(path.read_text(encoding="utf-8"))
    except UsageError as error:
        raise FileError([Problem(str(path), "", str(error))]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise FileError([Problem(str(path), "", f"cannot be read: {_reason(error)}")]) from None


def read_verifiers(keys: tuple[str, ...]) -> list[Verifier]:
    """Public keys, each spelled out or in a file of lines.

    Raises:
        UsageError: one is none.
    """
    from classify.audit import Verifier

    found = []
    for key in keys:
        path = Path(key)
        try:
            lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else [key]
        except (OSError, UnicodeDecodeError) as error:
            raise FileError([Problem(key, "", f"cannot be read: {_reason(error)}")]) from None
        try:
            found += [Verifier.parse(line) for line in lines if line.strip()]
        except UsageError as error:
            raise UsageError(f"{key[:60]}: {error}") from None
    return found


def write_private(path: Path, text: str) -> None:
    """Write a secret into a new file that only its owner reads.

    Raises:
        FileError: there is one already, or it cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(f"{text}\n")
    except FileExistsError:
        raise FileError([Problem(str(path), "", "is there already, and a key is never overwritten")]) from None
    except OSError as error:
        raise FileError([Problem(str(path), "", f"cannot be written: {_reason(error)}")]) from None


def read_text(path: Path) -> str:
    """The text of a file.

    Raises:
        FileError: it cannot be read.
    """
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise FileError([Problem(str(path), "", f"cannot be read: {_reason(error)}")]) from None


def _reason(error: OSError | UnicodeDecodeError) -> str:
    strerror = getattr(error, "strerror", None)
    return str(strerror).lower() if strerror else "is not UTF-8"
