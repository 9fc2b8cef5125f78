"""`classify audit`: what happened, and proofs of it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from classify.cli.access import few
from classify.cli.options import find_or_load_settings, output_options
from classify.cli.style import echo
from classify.errors import FileError, Problem, UsageError
from classify.lines import printable

if TYPE_CHECKING:
    from classify.access.log import Log
    from classify.audit import Event

_F = TypeVar("_F", bound=Callable[..., object])

_KEYS = click.option(
    "--key", "keys", multiple=True, required=True, metavar="KEY|FILE", help="Public key of the log, or a file of some."
)
_DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


def _store_options(command: _F) -> _F:
    for option in (
        click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Settings file."),
        click.option("--store", metavar="PATH|URL", help="Of requests and grants. Default: `store` of the settings."),
    ):
        command = option(command)
    return command


def _filter_options(command: _F) -> _F:
    for option in (
        click.option("--until", type=_DAY, metavar="TIME", help="Before that time, in UTC."),
        click.option("--since", type=_DAY, metavar="TIME", help="From that time on, in UTC."),
        click.option("--region", metavar="NAME", help="Of the person, or where it ran or went."),
        click.option("--level", metavar="NAME", help="That something touched has at least."),
        click.option("--dataset", metavar="NAME", help="That was touched."),
        click.option("--person", metavar="ID", help="Who did it or for whom."),
        click.option("--kind", metavar="NAME", help="As request.approved, or request for all of them."),
    ):
        command = option(command)
    return command


@click.group(no_args_is_help=False)
def audit() -> None:
    """What happened: requests, approvals, grants and their use; and proofs of it."""


@audit.command()
@_filter_options
@_store_options
@output_options
def show(*, store: str | None, config: Path | None, output_format: str, **filters: Any) -> int:
    """Events, the oldest first, with the people who are not erased."""
    with _log(store, config) as (log, scheme):
        people = log.people()
        found = ((event, body) for event, body in _filtered(log, filters, people, scheme))
        if output_format == "json":
            echo(json.dumps(_with_people(json.loads(body), people), ensure_ascii=False) for _, body in found)
        else:
            echo(printable(_line(event, people)) for event, _ in found)
    return 0


@audit.command()
@_filter_options
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["events", "openlineage"]),
    default="events",
    show_default=True,
    help="As they are kept, or what ran as OpenLineage tells of it.",
)
@_store_options
def export(*, store: str | None, config: Path | None, output_format: str, **filters: Any) -> int:
    """Events as they are kept, a line each: all of them can be verified without the database."""
    from classify.audit.openlineage import run_event

    with _log(store, config) as (log, scheme):
        people = log.people() if filters["person"] else {}
        found = _filtered(log, filters, people, scheme)
        if output_format == "events":
            echo(body.decode() for _, body in found)
        else:
            origin = log.origin()
            runs = (run_event(event, origin) for event, _ in found)
            echo(json.dumps(run, ensure_ascii=False) for run in runs if run is not None)
    return 0


@audit.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="[FILE]", required=False)
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A checkpoint that was signed before; several for several.",
)
@click.option("--key", "keys", multiple=True, metavar="KEY|FILE", help="Public key of the log, or a file of some.")
@_store_options
def verify(
    *, file: Path | None, checkpoints: tuple[Path, ...], keys: tuple[str, ...], store: str | None, config: Path | None
) -> int:
    """Whether the log is whole: of the store, and that its tables say the same; or of an exported FILE.

    Without a checkpoint that others keep, an owner of the store can write all of it anew, or cut its end off.
    """
    from classify.audit import Checkpoint, NoteError
    from classify.audit import verify as verify_bodies
    from classify.cli.keys import read_text, read_verifiers

    if checkpoints and not keys:
        raise click.UsageError("a checkpoint is believed by its signature: pass --key")
    known = read_verifiers(keys)
    signed = []
    for path in checkpoints:
        try:
            signed.append(Checkpoint.parse(read_text(path), known))
        except NoteError as error:
            raise FileError([Problem(str(path), "", str(error))]) from None
    wrong: list[str] = []
    if file is not None:
        try:
            with file.open("rb") as lines:
                found = verify_bodies((line.removesuffix(b"\n") for line in lines), signed)
        except OSError as error:
            raise FileError([Problem(str(file), "", f"cannot be read: {(error.strerror or '').lower()}")]) from None
    else:
        from classify.access.replay import verify_store
        from classify.cli.access import open_store

        opened = open_store(find_or_load_settings(config), store)
        try:
            found, wrong = verify_store(opened, tuple(signed))
        finally:
            opened.close()
    if found.broken is not None:
        wrong = [str(found.broken), *wrong]
    if wrong:
        echo(printable(line) for line in wrong)
        return 1
    held = f", as {len(signed)} checkpoint{'s' if len(signed) > 1 else ''} of others say" if signed else ""
    echo([f"{found.size} events, whole{held}"])
    return 0


@audit.command()
@click.option("--key", type=click.Path(path_type=Path), required=True, metavar="FILE", help="The private key.")
@click.option(
    "--memory",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="Where the signer remembers what it signed last: not beside the store.",
)
@_store_options
def checkpoint(*, key: Path, memory: Path, store: str | None, config: Path | None) -> int:
    """Sign how long the log is and its root, and print that, to be kept by others.

    Nothing is signed where the log does not begin with what was signed before.
    """
    from classify.audit import Memory
    from classify.cli.keys import read_signer

    signer = read_signer(key)
    with _log(store, config) as (log, _):
        note = log.checkpoint(signer, Memory(memory))
    click.echo(note, nl=False)
    return 0


@audit.command()
@click.argument("event", type=click.IntRange(min=0), metavar="EVENT")
@click.option(
    "--checkpoint", "note", type=click.Path(path_type=Path), required=True, metavar="FILE", help="Of the log by then."
)
@_store_options
def prove(*, event: int, note: Path, store: str | None, config: Path | None) -> int:
    """Print the proof that an event is in the log of a checkpoint."""
    from classify.cli.keys import read_text

    signed = read_text(note)
    with _log(store, config) as (log, _):
        proof = log.prove(event, signed)
    click.echo(proof, nl=False)
    return 0


@audit.command()
@click.argument("old", type=click.Path(path_type=Path), metavar="OLD")
@click.argument("new", type=click.Path(path_type=Path), metavar="NEW")
@_store_options
def consistency(*, old: Path, new: Path, store: str | None, config: Path | None) -> int:
    """Print the proof that the log of the checkpoint NEW begins with the log of the checkpoint OLD."""
    from classify.cli.keys import read_text

    before, after = read_text(old), read_text(new)
    with _log(store, config) as (log, _):
        proof = log.consistency(before, after)
    click.echo(proof, nl=False)
    return 0


@audit.command(name="verify-proof")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@_KEYS
@output_options
def verify_proof(*, file: Path, keys: tuple[str, ...], output_format: str) -> int:
    """What a proof shows, with the log's public key alone: neither the log nor its database is needed."""
    from classify.audit import NoteError, event_of
    from classify.audit import verify_proof as verified
    from classify.cli.keys import read_text, read_verifiers

    try:
        found = verified(read_text(file), read_verifiers(keys))
    except NoteError as error:
        echo([printable(f"{file}: {error}")])
        return 1
    if output_format == "json":
        document = {
            "version": 1,
            "origin": found.checkpoint.origin,
            "size": found.checkpoint.size,
            "index": found.index,
            "event": json.loads(found.body) if found.body is not None else None,
            "since": found.since.size if found.since is not None else None,
        }
        echo([json.dumps(document, indent=2)])
    elif found.since is not None:
        echo(
            [
                printable(
                    f"the {found.checkpoint.size} events of {found.checkpoint.origin} begin with the {found.since.size}"
                )
            ]
        )
    else:
        body = found.body or b""
        echo(
            [
                printable(f"in the {found.checkpoint.size} events of {found.checkpoint.origin}:"),
                _line(event_of(body), {}),
            ]
        )
    return 0


@audit.command(epilog="\b\nclassify audit key example.org/audit signer.key")
@click.argument("name", metavar="NAME")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
def key(*, name: str, file: Path) -> int:
    """Make a key: the private half goes into FILE, the public half is printed."""
    from classify.audit import Signer
    from classify.cli.keys import write_private

    signer = Signer.generate(name)
    write_private(file, signer.spelled())
    echo([str(signer.verifier)])
    return 0


# -- what they share


@contextmanager
def _log(store: str | None, config: Path | None) -> Iterator[tuple[Log, Any]]:
    """The log of the store, and the scheme of the settings."""
    from classify.cli.access import open_store
    from classify.cli.options import load_scheme
    from classify.labels import DEFAULT_SCHEME

    settings = find_or_load_settings(config)
    opened = open_store(settings, store)
    from classify.access.log import Log

    try:
        yield Log(opened), load_scheme(settings, None) or DEFAULT_SCHEME
    finally:
        opened.close()


_PERSONS = ("requester", "approver", "acting_for", "by", "delegate")
_SHOWN = ("decision", "action", "purpose", "region", "origin", "ends", "what", "event", "returned_rows")
_REGIONS = ("region", "execution_region", "sink_region")


def _filtered(log: Log, filters: dict[str, Any], people: dict[str, str], scheme: Any) -> Iterator[tuple[Event, bytes]]:
    since, until = (_moment(filters[name]) for name in ("since", "until"))
    person, kind, dataset, region = (filters[name] for name in ("person", "kind", "dataset", "region"))
    level = scheme.level(filters["level"]).rank if filters["level"] else None
    wanted = {pseudonym for pseudonym, name in people.items() if name == person}
    if person is not None and not wanted:
        raise UsageError(f"nobody called `{person}` is in the log, or they are erased")
    for event, body in log.events(since, until):
        fields = event.fields
        if kind is not None and event.kind != kind and not event.kind.startswith(f"{kind}."):
            continue
        if person is not None and not any(fields.get(name) in wanted for name in _PERSONS):
            continue
        if region is not None and not any(fields.get(name) == region for name in _REGIONS):
            continue
        columns = fields.get("columns", ())
        if dataset is not None and not any(
            one["name"] == dataset or one["name"].startswith(f"{dataset}.") for one in columns
        ):
            continue
        if level is not None and not any(
            one["level"] in scheme.names and scheme.level(one["level"]).rank >= level for one in columns
        ):
            continue
        yield event, body


def _moment(value: datetime.datetime | None) -> datetime.datetime | None:
    return value.replace(tzinfo=datetime.UTC) if value is not None else None


def _with_people(document: dict[str, Any], people: dict[str, str]) -> dict[str, Any]:
    return {
        name: people.get(value, value) if name in _PERSONS and isinstance(value, str) else value
        for name, value in document.items()
    }


def _line(event: Event, people: dict[str, str]) -> str:
    """One event in one line."""
    fields = event.fields
    said = [f"{name} {people.get(fields[name], fields[name])}" for name in _PERSONS if name in fields]
    said += [f"{name} {fields[name][:8]}" for name in ("request", "grant") if name in fields]
    said += [f"{name.replace('_', ' ')} {fields[name]}" for name in _SHOWN if name in fields]
    if "content" in fields:
        said.append(fields["content"][:23])
    if fields.get("columns"):
        said.append(f"touching {few(one['name'] for one in fields['columns'])}")
    said += [f"{name} {'; '.join(fields[name])}" for name in ("rules", "missing") if fields.get(name)]
    return f"{event.seq:6} {event.at:%Y-%m-%d %H:%M:%S}Z {event.kind}: {', '.join(said)}"
