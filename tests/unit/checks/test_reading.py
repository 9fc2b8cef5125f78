"""What is a text of SQL, and what is refused in one line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from classify.checks.reading import decode, read_file
from classify.errors import FileError


@pytest.mark.parametrize(
    "data",
    [
        b"select \xc3\xa9",
        b"\xef\xbb\xbfselect \xc3\xa9",
        "select é".encode("utf-16"),
        b"\xfe\xff" + "select é".encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8 with a mark", "utf-16, this machine's order", "utf-16, big end first"],
)
def test_unicode_is_read_with_or_without_a_mark(data: bytes) -> None:
    assert decode(data, "q.sql") == "select é"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"select '\xe9'", "q.sql: is not UTF-8 at byte 8, save it as UTF-8"),
        (b"\xff\xfea\xd8b", "q.sql: is not UTF-16 at byte 2, save it as UTF-8"),
        (b"SQLite format 3\0", "q.sql: looks like a binary file, not SQL; exclude it"),
        (b"\x7fELF\0\xff\xff", "q.sql: looks like a binary file, not SQL; exclude it"),
        ("select 1".encode("utf-32"), "q.sql: looks like a binary file, not SQL; exclude it"),
    ],
    ids=["latin-1", "broken utf-16", "binary", "binary and not utf-8", "utf-32"],
)
def test_other_bytes_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(FileError) as caught:
        decode(data, "q.sql")
    assert str(caught.value) == message


def test_a_named_pipe_is_not_waited_on(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.sql"
    os.mkfifo(pipe)
    with pytest.raises(FileError, match="is no regular file"):
        read_file(pipe)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"gone\.sql: cannot be read: no such file or directory"):
        read_file(tmp_path / "gone.sql")
