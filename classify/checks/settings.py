"""What `[tool.classify]` says, and what it comes to for one file."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve, fields, frozen

from classify.checks.finding import Severity
from classify.errors import FileError, Problem

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_S = TypeVar("_S", "Overrides", "Selection", "RequestSettings")


def _over(own: _S, below: _S) -> _S:
    """Some settings, with those of `below` where there are none."""
    found = {one.name: value for one in fields(type(own)) if (value := getattr(own, one.name)) is not None}
    return evolve(below, **found)


class Touch(enum.Enum):
    """Which class is held against the ceiling."""

    ASKED = "asked"  # of everything that a statement reads or writes
    RESULT = "result"  # of what reaches its result


@frozen
class Overrides:
    """The settings that one file may have of its own; None where it has none.

    Attributes:
        dialect: that the SQL is written in.
        ceiling: the name of the highest level that a statement may touch.
        default_schema: where a table's name without a schema is looked up.
        sink: the name of the dataset into which the statements' results go.
        reason: why a file has a higher ceiling than the settings give it; only the file itself says so.
    """

    dialect: str | None = None
    ceiling: str | None = None
    default_schema: str | None = None
    sink: str | None = None
    reason: str | None = None

    def over(self, below: Overrides) -> Overrides:
        """These settings, with those of `below` where there are none here."""
        return _over(self, below)


@frozen
class RequestSettings:
    """Who runs the queries of some files, from where and what for, as a policy is asked; None where nobody says.

    Attributes:
        requester: a person of the groups file.
        identity: how well it is known who they are.
        action: `read`, `write` or `export`.
        sink_kind: where results go, as `file`; None for the requester, or for the dataset that `sink` names.
        sink_region: where that is, and where tables are that are written and have no residency of their own, if they
            are elsewhere than the query runs.
    """

    requester: str | None = None
    identity: str | None = None
    action: str | None = None
    purpose: str | None = None
    environment: str | None = None
    execution_region: str | None = None
    sink_kind: str | None = None
    sink_region: str | None = None

    def over(self, below: RequestSettings) -> RequestSettings:
        """This, with what `below` says where nothing is said here."""
        return _over(self, below)


NO_REQUEST = RequestSettings()


@frozen
class IdentitySettings:
    """How it is known who somebody is.

    Attributes:
        provider: `os`, `environment` or `oidc`.
        issuer, audience: of tokens that are believed.
        claim: of a token, the one that says the person's id.
    """

    provider: str = "os"
    issuer: str | None = None
    audience: str | None = None
    claim: str = "sub"


@frozen
class Selection:
    """Which rules count, and how, each by its code or by what its code begins with; None where nothing is said.

    Attributes:
        select: only these; `ALL` for every one, also those that are off by default.
        ignore: not these, whatever is selected.
        warn: these are only printed.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    warn: tuple[str, ...] | None = None

    def over(self, below: Selection) -> Selection:
        """This selection, with what `below` says where nothing is said here."""
        return _over(self, below)

    def severity(self, code: str, *, by_default: bool = True) -> Severity | None:
        """What a rule's findings are; None where they do not count."""
        if _begin(self.ignore, code) or not (by_default if self.select is None else _begin(self.select, code)):
            return None
        return Severity.WARNING if _begin(self.warn, code) else Severity.ERROR


def _begin(prefixes: tuple[str, ...] | None, code: str) -> bool:
    return any(prefix == "ALL" or code.startswith(prefix) for prefix in prefixes or ())


@frozen
class PathSettings:
    """One `[[tool.classify.paths]]`: a gitignore pattern, and the settings of the files that it matches."""

    match: str
    overrides: Overrides
    selection: Selection = Selection()
    request: RequestSettings = NO_REQUEST

    @cached_property
    def pattern(self) -> GitIgnoreSpec:
        return _compiled((self.match,))


@frozen
class SettingWord:
    """A word of the settings file that only a scheme, a catalog or the analyser can know.

    Attributes:
        key: as the file spells it: `dialect`, `ceiling`, `sink`, `requester`.
        place: `file:line:col`.
        path: in the document, as `$.tool.classify.paths[0].ceiling`.
    """

    key: str
    value: str
    place: str
    path: str


@frozen
class Settings:
    """What `[tool.classify]` says.

    Attributes:
        root: the folder that patterns are relative to: the one of the settings file.
        catalog: files and folders.
        scheme: file, or None for the default one.
        policy: file; it is asked where `request` says something.
        groups: file of the groups and the people in them, for the policy.
        store: of requests and grants, a path or a URL, or None.
        identity: how it is known who somebody is.
        defaults: for files that no pattern matches.
        touch: which class is held against the ceiling.
        exclude: gitignore patterns of files that are not checked.
        paths: in the order of the file.
        selection: of rules, for files that no pattern matches.
        request: who runs the queries, for files that no pattern matches.
        callees: functions of the user's own whose first argument is SQL.
        given: the defaults that the command line gives.
        words: still to be looked up, each with its place.
    """

    root: Path
    catalog: tuple[Path, ...] = ()
    scheme: Path | None = None
    policy: Path | None = None
    groups: Path | None = None
    store: str | None = None
    identity: IdentitySettings = IdentitySettings()
    defaults: Overrides = Overrides()
    touch: Touch = Touch.ASKED
    exclude: tuple[str, ...] = ()
    paths: tuple[PathSettings, ...] = ()
    selection: Selection = Selection()
    request: RequestSettings = NO_REQUEST
    callees: tuple[str, ...] = ()
    given: Overrides = Overrides()
    words: tuple[SettingWord, ...] = ()

    def with_defaults(self, defaults: Overrides) -> Settings:
        """The same settings, where `defaults` (of the command line, say) win over the file's own defaults."""
        return evolve(self, defaults=defaults.over(self.defaults), given=defaults)

    def with_selection(self, selection: Selection) -> Settings:
        """The same settings, where the selection of the command line wins over the file's own."""
        return evolve(self, selection=selection.over(self.selection))

    def of_file(self, path: Path) -> Overrides:
        """What the settings come to for a file: each from the last match that has it, else the default."""
        relative = self._relative(path) if self.paths else None
        found = self.defaults
        if relative is not None:
            for entry in self.paths:
                if entry.pattern.match_file(relative):
                    found = entry.overrides.over(found)
        return found

    def selection_of(self, path: Path) -> Selection:
        """Which rules count for a file: each list from the last match that has it, else the default."""
        relative = self._relative(path) if self.paths else None
        found = self.selection
        if relative is not None:
            for entry in self.paths:
                if entry.selection != _NOTHING_SAID and entry.pattern.match_file(relative):
                    found = entry.selection.over(found)
        return found

    def request_of(self, path: Path) -> RequestSettings:
        """Who runs the queries of a file: each fact from the last match that has it, else the default."""
        relative = self._relative(path) if self.paths else None
        found = self.request
        if relative is not None:
            for entry in self.paths:
                if entry.request != NO_REQUEST and entry.pattern.match_file(relative):
                    found = entry.request.over(found)
        return found

    def ceiling_source(self, path: Path) -> str:
        """Where a file's ceiling comes from: the pattern that has it, the command line or the file of the settings."""
        relative = self._relative(path) if self.paths else None
        found = "--ceiling" if self.given.ceiling is not None else "[tool.classify]"
        for entry in self.paths if relative is not None else ():
            if entry.overrides.ceiling is not None and entry.pattern.match_file(relative or ""):
                found = f"[[tool.classify.paths]] {entry.match}"
        return found

    def excludes(self, path: Path, *, folder: bool = False) -> bool:
        """Whether `exclude` covers a file, or a folder and so everything in it."""
        relative = self._relative(path) if self.exclude else None
        return relative is not None and self._excluded.match_file(f"{relative}/" if folder else relative)

    def require(self, known: Mapping[str, Iterable[str]]) -> None:
        """Nothing, if every word that the settings file has for those keys is one of the known.

        Raises:
            FileError: with every unknown one and its place, in the order of the file.
        """
        names = {key: tuple(words) for key, words in known.items()}
        problems = tuple(
            _unknown(word, names[word.key])
            for word in self.words
            if word.key in names and word.value not in names[word.key]
        )
        if problems:
            raise FileError(problems)

    @cached_property
    def _excluded(self) -> GitIgnoreSpec:
        return _compiled(self.exclude)

    def _relative(self, path: Path) -> str | None:
        """The path below the root, with slashes; None for a file elsewhere, which no pattern can mean."""
        try:
            return path.resolve().relative_to(self.root).as_posix()
        except ValueError:
            return None


_NOTHING_SAID = Selection()


def _compiled(patterns: Iterable[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # only where there are patterns: it costs as much as reading a catalog

    return GitIgnoreSpec.from_lines(patterns)


def _unknown(word: SettingWord, names: tuple[str, ...]) -> Problem:
    from classify.errors import nearest
    from classify.names import nearest_dialect

    near = nearest_dialect(word.value) if word.key == "dialect" else nearest(word.value, names)
    expected = near or (f", expected one of {', '.join(names)}" if names else ", there is none")
    return Problem(word.place, word.path, f"unknown {word.key} `{word.value}`{expected}")
