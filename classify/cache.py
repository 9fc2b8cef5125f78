"""What a check has found clean, kept between runs, and the way to it that needs nothing but the standard library.

A file is clean under everything that its answer depends on: its text and path, the settings, the catalog and the
scheme, the options, the day, and the versions of this package, of the parser and of Python. All of that is one hash,
and the cache is the set of those hashes. What is not clean is never kept, and is looked at each time.

INVARIANT little-is-loaded: nothing here imports more than it must, since a run that finds all clean ends before
anything else is loaded.
"""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False  # type checkers know the name; `typing` takes as long to load as all of this
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

try:
    from _blake2 import blake2b  # `hashlib` takes four times as long to load
except ImportError:
    from hashlib import blake2b

_FORMAT = "1"
_MOST_ROWS = 500_000
_MOST_DAYS = 30
_LONGEST_WAIT = 5.0  # seconds for another process that writes
_CATALOGS = (".yaml", ".yml", ".toml", ".json")
_CHUNK = 500  # placeholders in one statement
_LARGE = 1_000_000  # bytes of a file that is worth a note of its hash
_TICK = 5_000_000_000  # nanoseconds in which a file system may give two writes one time
_MOST_HASHES = 200

# Options that change what is found, with a value and without one.
_DECISIVE = frozenset(
    ("--config", "--dialect", "-d", "--ceiling", "--select", "--ignore", "--warn", "--catalog", "-c", "--scheme",
     "--default-schema")
)  # fmt: skip
_DECISIVE_FLAGS = frozenset(("--force-exclude",))
# Options that only change what is written; with one of them a run is no quick one, but may use the cache.
_OTHER = frozenset(("--format", "--output-file", "--jobs", "-j", "--color", "--colour", "--baseline"))
_OTHER_FLAGS = frozenset(("--statistics", "--exit-zero", "--report-suppressed", "--update-baseline"))


class Line:
    """A command line of `check`, as far as the cache needs it.

    Attributes:
        decisive: the options that change what is found, in their order.
        paths: files and folders.
        is_quick: whether nothing has to be written where all is clean.
    """

    def __init__(self, decisive: tuple[str, ...], paths: tuple[str, ...], is_quick: bool) -> None:
        self.decisive = decisive
        self.paths = paths
        self.is_quick = is_quick


def read_line(arguments: tuple[str, ...]) -> Line | None:
    """The command line behind `check`; None for one that the cache has no part in."""
    decisive: list[str] = []
    paths: list[str] = []
    is_quick = True
    left = iter(arguments)
    for one in left:
        if one == "--":
            paths.extend(left)
        elif not one.startswith("-") or one == "-":
            paths.append(one)
        else:
            name, sign, value = one.partition("=")
            if one in _DECISIVE_FLAGS:
                decisive += (one, "")
            elif one in _OTHER_FLAGS:
                is_quick = False
            elif name in _DECISIVE or name in _OTHER:
                if not sign:
                    value = next(left, "")
                if name in _DECISIVE:
                    decisive += (name, value)
                else:
                    is_quick = False
            else:
                return None
    return None if "-" in paths else Line(tuple(decisive), tuple(paths), is_quick)


def _digest(*parts: bytes) -> bytes:
    found = blake2b(digest_size=20)
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.digest()


def _encoded(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


def _read(path: str) -> bytes:
    """The bytes of a file; a pipe or a device would be waited on forever.

    Raises:
        OSError: it cannot be read, or is no regular file.
    """
    if not os.path.isfile(path):
        raise OSError("is no regular file")
    with open(path, "rb") as file:
        return file.read()


_code: list[bytes] = []  # what stands for the code of this process, once it was told


def _versions() -> bytes:
    """What stands for the code that makes the answers: ours, the parser's and the interpreter's."""
    if not _code:
        _code.append(_digest(*map(_encoded, _code_states())))
    return _code[0]


def _code_states() -> list[str]:
    found = [_FORMAT, sys.version, sys.executable]
    own = os.path.dirname(os.path.abspath(__file__))
    around = os.path.dirname(own)
    # What is installed changes with its metadata, as a whole; a source tree may change in any file.
    installed = [name for name in os.listdir(around) if name.startswith("classify_sdk-")]
    found += [f"{own} {name} {os.stat(os.path.join(around, name)).st_mtime_ns}" for name in sorted(installed)]
    pending = [] if installed else [own]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    stat = entry.stat()
                    found.append(f"{entry.path} {stat.st_size} {stat.st_mtime_ns}")
                elif entry.name[0] != "_" and entry.is_dir():
                    pending.append(entry.path)
    found.sort()
    for folder in sys.path:
        try:
            # The parser's folder and those that say which version it is.
            names = sorted(name for name in os.listdir(folder) if name.startswith("sqlglot"))
        except OSError:
            continue
        found += [f"{name} {os.stat(os.path.join(folder, name)).st_mtime_ns}" for name in names]
    return found


def _settings(decisive: tuple[str, ...]) -> list[bytes]:
    """The files that may hold the settings, each with its path."""
    named = [value for name, value in zip(decisive[::2], decisive[1::2], strict=False) if name == "--config"]
    folder = os.getcwd()
    paths = [os.path.join(folder, "pyproject.toml")]
    while folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
        paths.append(os.path.join(folder, "pyproject.toml"))
    found = []
    for path in [*named, *paths]:
        try:
            text = _read(path)
        except OSError:
            continue
        found += [_encoded(os.path.abspath(path)), text]
    return found


def _inputs(paths: tuple[str, ...]) -> list[bytes]:
    """The files of the catalog and the scheme, each with its path; a folder stands for all that may be catalogs."""
    found = []
    for path in paths:
        if not os.path.isdir(path):
            found += [_encoded(path), _content(path)]
            continue
        for root, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if name[0] != ".")
            for name in sorted(names):
                if name[0] != "." and os.path.splitext(name)[1].lower() in _CATALOGS:
                    whole = os.path.join(root, name)
                    found += [_encoded(whole), _content(whole)]
    return found


def _content(path: str) -> bytes:
    """What stands for what a file holds: that itself; of a large one its hash, read anew once the file was touched.

    Raises:
        OSError: it cannot be read.
    """
    stat = os.stat(path)
    if stat.st_size < _LARGE or sys.platform == "win32":  # where `ctime` is when the file was made
        return _read(path)
    # Each write moves `ctime`, which nobody can set. One of just now may be followed by another in the same tick.
    touched = max(stat.st_mtime_ns, stat.st_ctime_ns)
    state = f"{stat.st_dev} {stat.st_ino} {stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns} "
    is_settled = time.time_ns() - touched > _TICK
    hashes = os.path.join(folder(), "hashes")
    note = os.path.join(hashes, _digest(_encoded(os.path.abspath(path))).hex())
    if is_settled:
        try:
            known = _read(note).decode()
        except (OSError, ValueError):
            known = ""
        if known.startswith(state) and len(known) == len(state) + 40:
            return b"\0" + known[len(state) :].encode()
    found = _digest(_read(path)).hex()
    if is_settled:
        own = f"{note}.{os.getpid()}"
        try:
            os.makedirs(hashes, exist_ok=True)
            with open(own, "w", encoding="ascii") as file:
                file.write(state + found)
            os.replace(own, note)
            _prune(hashes, _MOST_HASHES)
        except OSError:
            _discard(own)
    return b"\0" + found.encode()  # no small file that is a catalog reads so


def folder() -> str:
    """The folder of the cache: `CLASSIFY_CACHE_DIR`, else where the platform keeps such things."""
    own = os.environ.get("CLASSIFY_CACHE_DIR")
    if own:
        return own
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        return os.path.join(os.environ.get("LOCALAPPDATA") or home, "classify", "Cache")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches", "classify")
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache"), "classify")


class Cache:
    """The hashes of what was found clean, for one command line under one state of all that decides.

    A cache that cannot be read or written is none: the run goes on without it.
    """

    def __init__(self, line: Line) -> None:
        self._path = os.path.join(folder(), f"clean-{_FORMAT}.sqlite")
        base = [_versions(), _encoded(os.getcwd()), *map(_encoded, line.decisive), *_settings(line.decisive)]
        self._settled = _digest(*base)
        self._day = time.strftime("%Y-%m-%d")
        self._run: bytes | None = None
        self._connection: Any = None
        self._folders: dict[str, str] = {}

    def recall(self) -> bool:
        """Whether it is known of which files the catalog is made under these settings; then keys can be told."""
        rows = self._ask("SELECT paths FROM runs WHERE key = ?", (self._settled,))
        if not rows:
            return False
        return self._decide(tuple(filter(None, rows[0][0].split("\0"))))

    def learn(self, paths: tuple[str, ...]) -> None:
        """Note of which files and folders the catalog and the scheme are made, as absolute paths."""
        if not self._decide(paths):
            return
        row = self._settled, "\0".join(paths), self._day
        if not self._ask("SELECT 1 FROM runs WHERE key = ? AND paths = ? AND day = ?", row):
            self._write([("INSERT OR REPLACE INTO runs VALUES (?, ?, ?)", [row])])

    def _decide(self, paths: tuple[str, ...]) -> bool:
        try:
            self._run = _digest(self._settled, _encoded(self._day), *_inputs(paths))
        except OSError:
            self._run = None
        return self._run is not None

    def key(self, path: str, data: bytes) -> bytes | None:
        """The hash of a file; None where it cannot be told."""
        return None if self._run is None else _digest(self._run, _encoded(self._place(path)), data)

    def _place(self, path: str) -> str:
        """The real path of a file; its folder's is asked for once."""
        if os.path.islink(path):
            return os.path.realpath(path)
        folder, name = os.path.split(path)
        real = self._folders.get(folder)
        if real is None:
            real = self._folders[folder] = os.path.realpath(folder)
        return os.path.join(real, name)

    def clean(self, keys: list[bytes]) -> set[bytes]:
        """Those of the keys that are known to be clean."""
        found: set[bytes] = set()
        for start in range(0, len(keys), _CHUNK):
            some = keys[start : start + _CHUNK]
            marks = ",".join("?" * len(some))
            found.update(row[0] for row in self._ask(f"SELECT key FROM clean WHERE key IN ({marks})", some))
        return found

    def add(self, keys: list[bytes]) -> None:
        """Note that these are clean, and forget what is old."""
        rows = [(key, self._day) for key in keys]
        oldest = time.strftime("%Y-%m-%d", time.localtime(time.time() - _MOST_DAYS * 86_400))
        self._write(
            [
                ("INSERT OR REPLACE INTO clean VALUES (?, ?)", rows),
                ("DELETE FROM clean WHERE day < ?", [(oldest,)]),
                ("DELETE FROM runs WHERE day < ?", [(oldest,)]),
                (
                    "DELETE FROM clean WHERE rowid IN (SELECT rowid FROM clean ORDER BY rowid DESC LIMIT -1 OFFSET ?)",
                    [(_MOST_ROWS,)],
                ),
            ]
        )

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, query: str, values: Sequence[bytes | str]) -> list[Any]:
        """The rows of a query; none where there is no cache, or it is damaged."""
        if self._connection is None and not os.path.exists(self._path):
            return []
        sqlite = sqlite_module()
        try:
            if self._connection is None:
                where = f"file:{_quoted(self._path)}?mode=ro"
                self._connection = sqlite.connect(where, timeout=_LONGEST_WAIT, uri=True, check_same_thread=False)
            found: list[Any] = self._connection.execute(query, values).fetchall()
        except sqlite.Error:
            return []
        return found

    def _write(self, statements: list[tuple[str, list[Any]]]) -> None:
        sqlite = sqlite_module()
        self.close()
        try:
            if not os.path.exists(self._path):
                _make(self._path, sqlite)
            connection = sqlite.connect(
                f"file:{_quoted(self._path)}?mode=rw", timeout=_LONGEST_WAIT, uri=True, isolation_level=None
            )
            try:
                # What a crash loses is looked at again.
                connection.execute("PRAGMA synchronous=NORMAL")
                # One that is begun to write waits for others; one that turns to writing later fails at once.
                connection.execute("BEGIN IMMEDIATE")
                for statement, rows in statements:
                    connection.executemany(statement, rows)
                connection.execute("COMMIT")
            finally:
                connection.close()
        except sqlite.DatabaseError as error:
            if "malformed" in str(error) or "not a database" in str(error):
                _discard(self._path)
        except (sqlite.Error, OSError):
            pass


def _make(path: str, sqlite: Any) -> None:
    """Make the file whole under another name, so that no other process ever sees it half made."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    own = f"{path}.{os.getpid()}.{time.monotonic_ns()}"
    try:
        connection = sqlite.connect(own, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("CREATE TABLE clean (key BLOB PRIMARY KEY, day TEXT)")
            connection.execute("CREATE TABLE runs (key BLOB PRIMARY KEY, paths TEXT, day TEXT)")
        finally:
            connection.close()
        try:
            os.link(own, path)
        except FileExistsError:
            pass  # another process was first
        except OSError:  # a file system without links
            if not os.path.exists(path):
                os.replace(own, path)
    finally:
        _discard(own)


def _discard(path: str) -> None:
    for suffix in ("", "-wal", "-shm"):
        try:
            os.unlink(f"{path}{suffix}")
        except OSError:
            pass


_MOST_CATALOGS = 20


class KeptFile:
    """A file that was made of some others, kept until one of them, or a version, changes.

    Attributes:
        path: where it is, or will be.
    """

    def __init__(self, paths: tuple[str, ...]) -> None:
        """Where the file is, or will be.

        Args:
            paths: of files and folders, as for a catalog.

        Raises:
            OSError: one cannot be read.
        """
        key = _digest(_versions(), _encoded(os.getcwd()), *map(_encoded, paths), *_inputs(paths))
        self._folder = os.path.join(folder(), "catalogs")
        self.path = os.path.join(self._folder, f"{key.hex()}.sqlite")

    def make(self, write: Callable[[str], object]) -> None:
        """Have the file written at a path that it gives, and forget the oldest others.

        Raises:
            OSError: it cannot be; then nothing is kept. So does whatever else `write` raises.
        """
        own = f"{self.path}.{os.getpid()}"
        os.makedirs(self._folder, exist_ok=True)
        try:
            write(own)
            os.replace(own, self.path)
        finally:
            _discard(own)
        _prune(self._folder, _MOST_CATALOGS)


def _prune(folder: str, most: int) -> None:
    """Forget the oldest files of a folder; another process may do the same."""
    kept = []
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        try:
            kept.append((os.stat(path).st_mtime_ns, path))
        except OSError:
            continue
    for _, path in sorted(kept)[: max(len(kept) - most, 0)]:
        _discard(path)


def _quoted(path: str) -> str:
    """A path in a URI."""
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def sqlite_module() -> Any:
    """Python's module for SQLite."""
    try:
        import _sqlite3  # the module in C alone loads in a third of the time

        return _sqlite3
    except ImportError:
        import sqlite3

        return sqlite3


def all_clean(arguments: list[str]) -> bool:
    """Whether a command line is a check of files that are all known to be clean, so that nothing is left to do."""
    if not arguments or arguments[0] != "check":
        return False
    line = read_line(tuple(arguments[1:]))
    if line is None or not line.is_quick or not line.paths:
        return False
    try:
        if sys.stderr.isatty():
            return False  # a person is told that all is well
        cache = Cache(line)
        try:
            return _knows_all(cache, line.paths)
        finally:
            cache.close()
    except (OSError, ValueError, AttributeError):
        return False


def _knows_all(cache: Cache, paths: tuple[str, ...]) -> bool:
    """Whether all of some files are known to be clean."""
    if not cache.recall():
        return False
    keys = []
    for path in paths:
        key = cache.key(path, _read(path))
        if key is None:
            return False
        keys.append(key)
    return len(cache.clean(keys)) == len(set(keys))
