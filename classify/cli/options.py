"""What several commands share: their options, and how settings, scheme and catalog are found."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from classify.cli.style import use_colour
from classify.errors import UsageError

if TYPE_CHECKING:
    from classify.catalog import Catalog
    from classify.checks import Settings
    from classify.labels import Scheme
    from classify.policy import Policy, Principal, Request

_F = TypeVar("_F", bound=Callable[..., object])


def _colour(context: click.Context, _parameter: click.Parameter, value: str) -> None:
    context.color = use_colour(value)


def source_options(command: _F) -> _F:
    """Adds the options that say where settings, catalog and scheme are."""
    for option in (
        click.option("--scheme", type=click.Path(path_type=Path), metavar="FILE", help="Scheme file."),
        click.option(
            "--catalog",
            "-c",
            multiple=True,
            type=click.Path(path_type=Path),
            metavar="PATH",
            help="Catalog file or folder.",
        ),
        click.option(
            "--config",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Settings file. Default: the nearest pyproject.toml with [tool.classify].",
        ),
    ):
        command = option(command)
    return command


def request_options(command: _F) -> _F:
    """Adds the options that say what a policy is asked, but for who asks."""
    for option in (
        click.option("--reference", "references", multiple=True, metavar="NAME=TEXT", help="As ticket=SEC-12."),
        click.option("--sink-region", metavar="REGION", help="Where that is."),
        click.option("--sink", metavar="KIND", default="person", show_default=True, help="Where the data goes."),
        click.option("--execution", metavar="REGION", help="Where the query runs."),
        click.option("--environment", metavar="NAME", help="As production."),
        click.option("--purpose", metavar="NAME", help="What the data is for."),
        click.option("--action", type=click.Choice(["read", "write", "export"]), default="read", show_default=True),
    ):
        command = option(command)
    return command


def request_of(principal: Principal, facts: dict[str, Any]) -> Request:
    """What a policy is asked, by the options that `request_options` adds.

    Raises:
        UsageError: a reference without a name.
    """
    from classify.policy import Request, Sink

    references: dict[str, str] = {}
    for one in facts["references"]:
        name, equals, text = one.partition("=")
        if not equals:
            raise UsageError(f"expected --reference NAME=TEXT, found `{one}`")
        references[name] = text
    return Request(
        principal,
        facts["action"],
        facts["purpose"],
        facts["environment"],
        facts["execution"],
        Sink(facts["sink"], facts["sink_region"]),
        references=references,
    )


def sql_options(command: _F) -> _F:
    """Adds the options that say how SQL is read."""
    for option in (
        click.option("--default-schema", metavar="NAME", help="Schema of tables that are named without one."),
        click.option("--dialect", "-d", metavar="NAME", help="Dialect of the SQL, as postgres or bigquery."),
    ):
        command = option(command)
    return command


def colour_option(command: _F) -> _F:
    """Adds the option that says whether the answer is coloured."""
    return click.option(
        "--color",
        "--colour",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        expose_value=False,
        is_eager=True,
        callback=_colour,
        help="Colour. Default: on a terminal, unless NO_COLOR is set.",
    )(command)


def output_options(command: _F) -> _F:
    """Adds the options that say how the answer is printed."""
    for option in (
        colour_option,
        click.option(
            "--format",
            "output_format",
            type=click.Choice(["text", "json"]),
            default="text",
            show_default=True,
            help="How the answer is printed.",
        ),
    ):
        command = option(command)
    return command


def find_or_load_settings(config: Path | None) -> Settings:
    """The settings of the file that is named, else of the nearest one.

    Raises:
        FileError: with everything that is wrong in the file.
    """
    from classify.checks import find_settings, load_settings

    return load_settings(config) if config is not None else find_settings(Path.cwd())


def load_catalog(
    settings: Settings, catalog: tuple[Path, ...], scheme: Path | None, *, no_cache: bool = False
) -> Catalog:
    """The catalog that is named, else that of the settings.

    Args:
        no_cache: whether it is read anew, though it may be kept.

    Raises:
        FileError: with everything that is wrong in its files.
        UsageError: there is none.
    """
    from classify.catalog import Catalog

    paths = catalog or tuple(map(from_here, settings.catalog))
    if not paths:
        raise UsageError("no catalog, pass --catalog PATH or set `catalog` in [tool.classify] of pyproject.toml")
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such catalog file or folder")
    named = _scheme_path(settings, scheme)
    known = _scheme(named)
    if no_cache:
        return Catalog.load(*paths, scheme=known)
    return _kept_or_loaded(paths, named, known)


def _kept_or_loaded(paths: tuple[Path, ...], path: Path | None, scheme: Scheme | None) -> Catalog:
    """The catalog as it was kept by an earlier run, else read from its files, and kept for the next."""
    from classify.cache import KeptFile
    from classify.catalog import Catalog
    from classify.catalog.kept import keep, open_kept
    from classify.labels import DEFAULT_SCHEME

    def read() -> Catalog:
        return Catalog.load(*paths, scheme=scheme)

    try:
        kept = KeptFile(tuple(str(one) for one in (*paths, *([path] if path is not None else []))))
    except OSError:
        return read()  # which says what is wrong
    if Path(kept.path).exists():
        try:
            return open_kept(kept.path, scheme if scheme is not None else DEFAULT_SCHEME, read)
        except (ValueError, TypeError, UsageError):
            pass  # it is damaged, and made anew
    found = read()
    with contextlib.suppress(OSError, ValueError):
        kept.make(lambda place: keep(found, place))
    return found


def from_here(path: Path) -> Path:
    """The path as a person would name it from the working directory: places in messages begin with it."""
    try:
        return Path(os.path.relpath(path))
    except ValueError:  # on another drive
        return path


def load_scheme(settings: Settings, scheme: Path | None) -> Scheme | None:
    """The scheme that is named, else that of the settings, else None.

    Raises:
        FileError: with everything that is wrong in the file.
    """
    return _scheme(_scheme_path(settings, scheme))


def _scheme_path(settings: Settings, scheme: Path | None) -> Path | None:
    return scheme or (from_here(settings.scheme) if settings.scheme else None)


def _scheme(path: Path | None) -> Scheme | None:
    from classify.labels import Scheme

    if path is None:
        return None
    if not path.exists():
        raise UsageError(f"{path}: no such scheme file")
    return Scheme.load(path)


def load_policy(settings: Settings, scheme: Scheme) -> Policy | None:
    """The policy of the settings, with its groups, or None.

    Raises:
        FileError: with everything that is wrong in its files.
    """
    if settings.policy is None:
        return None
    from classify.policy import Policy

    groups = from_here(settings.groups) if settings.groups is not None else None
    return Policy.load(from_here(settings.policy), groups=groups, scheme=scheme)


def require_known(settings: Settings, catalog: Catalog, policy: Policy | None = None) -> None:
    """Nothing, if the settings file names only dialects, levels, sinks, and what a policy knows, that exist.

    Raises:
        FileError: with every unknown one and its place.
    """
    from classify.names import FOLDING  # the analyser's list would load the parser

    sinks = [word.value for word in settings.words if word.key == "sink"]
    if not all(map(catalog.get, sinks)):
        sinks = [str(dataset.name) for dataset in catalog.datasets]  # one of them may be meant
    known = {"ceiling": catalog.scheme.names, "dialect": sorted(FOLDING), "sink": sinks}
    if policy is not None:
        regions, people = policy.terms.regions.known or None, policy.members
        words = {
            "requester": [one.id for one in people] if people is not None else None,
            "identity": policy.terms.identities,
            "purpose": policy.purposes,
            "execution-region": regions,
            "sink-region": regions,
        }
        known |= {key: names for key, names in words.items() if names is not None}
    settings.require(known)
