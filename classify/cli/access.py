"""`classify access`: who asks for data, who agrees, and what was agreed to."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from classify.cli.options import (
    find_or_load_settings,
    from_here,
    load_catalog,
    load_policy,
    output_options,
    request_of,
    request_options,
    source_options,
    sql_options,
)
from classify.cli.style import echo
from classify.errors import UsageError
from classify.lines import printable

if TYPE_CHECKING:
    from classify.access import Access, Entry, State, Store
    from classify.checks import Settings
    from classify.exposure import Exposure
    from classify.policy import Policy, Principal, Request

_F = TypeVar("_F", bound=Callable[..., object])

_NAME = click.argument("name", metavar="REQUEST")
_REASON = click.option("--reason", default="", metavar="TEXT", help="Why, in one line.")
_ACTING_FOR = click.option("--acting-for", metavar="ID", help="Whose delegate you are in this.")
_FILE = click.option("--file", "-f", type=click.Path(path_type=Path), metavar="FILE", help="File of the query.")
_STORE = click.option("--store", metavar="PATH|URL", help="Of requests and grants. Default: `store` of the settings.")
_MOST_SHOWN = 3


def _store_options(command: _F) -> _F:
    for option in (
        click.option("--scheme", type=click.Path(path_type=Path), metavar="FILE", help="Scheme file."),
        click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Settings file."),
        _STORE,
    ):
        command = option(command)
    return command


@click.group(no_args_is_help=False)
def access() -> None:
    """Who asks for data, who agrees, and what was agreed to."""


@access.command(
    epilog='\b\nclassify access request "select email from app.users" --purpose fraud --reference ticket=SEC-12'
)
@click.argument("sql", metavar="SQL", required=False)
@_FILE
@click.option("--for", "for_at_most", metavar="DURATION", help="How long, as 30m, 8h or 7d. Default: the policy's.")
@click.option(
    "--scope", type=click.Choice(["columns", "template", "statement"]), help="What is covered. Default: the policy's."
)
@_REASON
@click.option("--id", "name", metavar="ID", help="32 hexadecimal digits: a request that is sent twice is one.")
@request_options
@_STORE
@source_options
@sql_options
@output_options
def request(
    *, for_at_most: str | None, scope: str | None, reason: str, name: str | None, output_format: str, **facts: Any
) -> int:
    """Ask for what the policy lets you do once others agree."""
    from classify.policy import Scope

    with _opened(facts) as (desk, me, settings):
        asked, exposure = _asked(settings, me, facts)
        entry = desk.request(
            asked,
            exposure,
            for_at_most=_duration(for_at_most),
            scope=Scope[scope.upper()] if scope is not None else None,
            reason=reason,
            name=name,
        )
    _show(entry, output_format)
    return 0


@access.command(name="break-glass")
@click.argument("sql", metavar="SQL", required=False)
@_FILE
@_REASON
@request_options
@_STORE
@source_options
@sql_options
@output_options
def break_glass(*, reason: str, output_format: str, **facts: Any) -> int:
    """Begin without the approvals, where the policy lets you, and answer for it afterwards."""
    with _opened(facts) as (desk, me, settings):
        asked, exposure = _asked(settings, me, facts)
        entry = desk.break_glass(asked, exposure, reason=reason)
    _show(entry, output_format)
    return 0


@access.command(name="list")
@click.option("--mine", is_flag=True, help="Only your own.")
@click.option("--state", "states", multiple=True, metavar="NAME", help="As pending or granted; several for several.")
@_store_options
@output_options
def list_(*, mine: bool, states: tuple[str, ...], output_format: str, **where: Any) -> int:
    """Requests, the newest first."""
    with _opened(where) as (desk, me, _):
        found = desk.entries(requester=me.id if mine else None, states=map(_state, states))
    _list(found, output_format)
    return 0


@access.command()
@_NAME
@_store_options
@output_options
def show(*, name: str, output_format: str, **where: Any) -> int:
    """A request, as approvers read it. A part of its name will do."""
    return _step(where, output_format, name, lambda desk, entry, _: desk.entry(entry))


@access.command()
@_NAME
@click.option("--for", "for_at_most", metavar="DURATION", help="For less than was asked for.")
@_ACTING_FOR
@click.option("--key", type=click.Path(path_type=Path), metavar="FILE", help="Sign it with the private key there.")
@_store_options
@output_options
def approve(
    *, name: str, for_at_most: str | None, acting_for: str | None, key: Path | None, output_format: str, **where: Any
) -> int:
    """Agree to a request."""
    length = _duration(for_at_most)

    def step(desk: Access, entry: str, me: Principal) -> Entry:
        signature = _signature(key, desk.entry(entry), me, acting_for, length) if key is not None else None
        return desk.approve(entry, me, acting_for=acting_for, for_at_most=length, signature=signature)

    return _step(where, output_format, name, step)


def _signature(
    key: Path, entry: Entry, me: Principal, acting_for: str | None, length: datetime.timedelta | None
) -> str:
    from classify.access import approval_text
    from classify.audit.note import encoded
    from classify.cli.keys import read_signer

    return encoded(read_signer(key).sign(approval_text(entry, me.id, acting_for, length)))


@access.command()
@_NAME
@_ACTING_FOR
@_REASON
@_store_options
@output_options
def deny(*, name: str, acting_for: str | None, reason: str, output_format: str, **where: Any) -> int:
    """Refuse a request, for good."""

    def step(desk: Access, entry: str, me: Principal) -> Entry:
        return desk.deny(entry, me, acting_for=acting_for, reason=reason)

    return _step(where, output_format, name, step)


@access.command()
@_NAME
@_store_options
@output_options
def retract(*, name: str, output_format: str, **where: Any) -> int:
    """Take your approval back, while others are missing."""
    return _step(where, output_format, name, lambda desk, entry, me: desk.retract(entry, me))


@access.command()
@_NAME
@_store_options
@output_options
def withdraw(*, name: str, output_format: str, **where: Any) -> int:
    """Take your own request back."""
    return _step(where, output_format, name, lambda desk, entry, me: desk.withdraw(entry, me))


@access.command(epilog="\b\nclassify access revoke --all --region cn --reason 'incident I-7'")
@click.argument("name", metavar="REQUEST", required=False)
@click.option("--all", "every", is_flag=True, help="Every grant that you may end.")
@click.option("--region", metavar="NAME", help="With --all: of people there, or of whom nobody knows where they are.")
@click.option("--requester", metavar="ID", help="With --all: of that person.")
@_REASON
@_store_options
@output_options
def revoke(
    *,
    name: str | None,
    every: bool,
    region: str | None,
    requester: str | None,
    reason: str,
    output_format: str,
    **where: Any,
) -> int:
    """End a grant before its time, or all of them."""
    if every == (name is not None):
        raise click.UsageError("name a request, or say --all")
    if name is not None:
        if region is not None or requester is not None:
            raise click.UsageError("--region and --requester are for --all")
        return _step(where, output_format, name, lambda desk, entry, me: desk.revoke(entry, me, reason=reason))
    from classify.access import revoke_all

    with _opened(where) as (desk, me, _):
        ended, left = revoke_all(desk, me, region=region, requester=requester, reason=reason)
    _list(ended, output_format)
    if left:
        names = ", ".join(one.id[:8] for one in left)
        raise UsageError(f"{len(left)} of {len(ended) + len(left)} are for others to end: {names}")
    return 0


@access.command()
@_NAME
@click.option("--abuse", is_flag=True, help="It was not right.")
@_REASON
@_store_options
@output_options
def review(*, name: str, abuse: bool, reason: str, output_format: str, **where: Any) -> int:
    """Say of a broken glass whether it was right."""

    def step(desk: Access, entry: str, me: Principal) -> Entry:
        return desk.review(entry, me, is_abuse=abuse, reason=reason)

    return _step(where, output_format, name, step)


@access.command()
@click.option("--requester", metavar="ID", help="Whose. Default: your own.")
@_store_options
@output_options
def grants(*, requester: str | None, output_format: str, **where: Any) -> int:
    """The grants that somebody has now."""
    with _opened(where) as (desk, me, _):
        found = desk.entries(requester=requester or me.id, states=(_state("granted"),))
    _list(found, output_format)
    return 0


@access.command(epilog="\b\nclassify access delegate pat --for 7d")
@click.argument("to", metavar="ID")
@click.option("--for", "for_at_most", metavar="DURATION", help="How long, as 7d.")
@click.option("--end", is_flag=True, help="Take it back.")
@_store_options
def delegate(*, to: str, for_at_most: str | None, end: bool, **where: Any) -> int:
    """Let somebody agree in your place for a time. They cannot pass it on."""
    length = _duration(for_at_most)
    if end == (length is not None):
        raise click.UsageError("a delegation is for some time (--for DURATION), or is ended (--end)")
    with _opened(where) as (desk, me, _):
        if length is None:
            desk.end_delegation(me, to)
        else:
            desk.delegate(me, to, datetime.datetime.now(datetime.UTC) + length)
    return 0


@access.command(epilog="\b\nclassify access migrate --origin example.org/audit --role warehouse")
@click.option("--origin", metavar="NAME", help="Of the log, where it is begun, as example.org/audit.")
@click.option("--role", metavar="NAME", help="Of PostgreSQL's: let it use the store, and change nothing in the log.")
@_store_options
def migrate(*, origin: str | None, role: str | None, store: str | None, config: Path | None, **_: Any) -> int:
    """Make the store's tables, or bring them to this version. SQLite's are made by themselves."""
    found = _store_class().at(_place(find_or_load_settings(config), store))
    try:
        found.migrate(origin)
        if role is not None:
            found.grant(role)
    finally:
        found.close()
    return 0


@access.command()
@_REASON
@_store_options
def restored(*, reason: str, **where: Any) -> int:
    """Write down that the store was restored from a copy."""
    with _opened(where) as (desk, me, _):
        desk.restored(me, reason)
    return 0


@access.command(epilog="\b\nclassify access serve --port 8080")
@click.option("--port", type=click.IntRange(0, 65_535), default=0, metavar="N", help="Default: one that is free.")
@_store_options
def serve(*, port: int, **where: Any) -> int:
    """A page for approvers, on this machine and for you alone, until it is stopped."""
    with _opened(where) as (desk, me, _):
        try:
            from classify.web.serve import serve as serve_page
        except ImportError as error:
            raise UsageError(f"the page needs {error.name}, install `classify-sdk[web]`") from None
        serve_page(desk, me, port, lambda address: click.echo(f"open {address}"))
    return 0


# -- what they share


def _place(settings: Settings, store: str | None) -> str:
    if store is not None:
        return store
    if settings.store is None:
        raise UsageError("no store, pass --store PATH or set `store` in [tool.classify] of pyproject.toml")
    return settings.store if "://" in settings.store else str(from_here(Path(settings.store)))


def _store_class() -> type[Store]:
    try:
        from classify.access import Store
    except ImportError as error:
        raise UsageError(f"a store needs {error.name}, install `classify-sdk[access]`") from None
    return Store


def open_store(settings: Settings, store: str | None) -> Store:
    """The store that is named, else that of the settings.

    Raises:
        StoreError: it cannot be used.
        UsageError: there is none, or what it needs is not installed.
    """
    return _store_class().open(_place(settings, store))


@contextmanager
def _opened(where: dict[str, Any]) -> Iterator[tuple[Access, Principal, Settings]]:
    """The requests of the store, who is at the keyboard, and the settings."""
    from classify.cli.options import load_scheme
    from classify.labels import DEFAULT_SCHEME

    settings = find_or_load_settings(where["config"])
    policy = load_policy(settings, load_scheme(settings, where["scheme"]) or DEFAULT_SCHEME)
    if policy is None:
        raise UsageError("no policy, set `policy` and `groups` in [tool.classify] of pyproject.toml")
    opened = open_store(settings, where["store"])
    from classify.access import Access

    try:
        desk, me = Access(opened, policy), _who(policy, settings)
        desk.note(by=me.id)
        yield desk, me, settings
    finally:
        opened.close()


def _who(policy: Policy, settings: Settings) -> Principal:
    """Who is at the keyboard, as the settings have it known."""
    from classify.access import identity

    own = settings.identity
    if own.provider == "environment":
        return identity.from_environment(policy)
    if own.provider == "os":
        return identity.from_os(policy)
    token = os.environ.get(identity.TOKEN_VARIABLE)
    if token is None:
        raise UsageError(f"no token, set {identity.TOKEN_VARIABLE} to one of {own.issuer}")
    return identity.from_token(policy, token, issuer=own.issuer or "", audience=own.audience or "", claim=own.claim)


def _step(where: dict[str, Any], output_format: str, name: str, step: Callable[[Access, str, Principal], Entry]) -> int:
    """Do something with a request, and show what became of it."""
    with _opened(where) as (desk, me, _):
        entry = step(desk, desk.entry(name).id, me)
    _show(entry, output_format)
    return 0


def _asked(settings: Settings, me: Principal, facts: dict[str, Any]) -> tuple[Request, Exposure]:
    """What is asked for, with the settings' facts where the options have none, and what the query touches."""
    from attrs import evolve

    from classify.checks.reading import read_file
    from classify.exposure import Cause
    from classify.sql import analyse, fingerprints

    mistakes = (Cause.UNKNOWN_DATASET, Cause.UNKNOWN_COLUMN, Cause.AMBIGUOUS_NAME, Cause.SYNTAX)
    sql, file = facts["sql"], facts["file"]
    if (sql is None) == (file is None):
        raise click.UsageError("expected a query, or --file FILE with one")
    own, said = settings.defaults, settings.request
    if file is not None:
        own, said = settings.of_file(file), settings.request_of(file)
    dialect = facts["dialect"] or own.dialect
    if dialect is None:
        raise UsageError("no dialect, pass --dialect NAME or set `dialect` in [tool.classify] of pyproject.toml")
    known = load_catalog(settings, facts["catalog"], facts["scheme"])
    text = sql if sql is not None else read_file(file)
    schema = facts["default_schema"] or own.default_schema
    exposure = analyse(text, known, dialect=dialect, default_schema=schema)
    for one in exposure.unresolved:
        if one.cause in mistakes:  # nobody should agree to what nobody meant
            at = f"{one.span.start.line}:{one.span.start.column}: " if one.span is not None else ""
            raise UsageError(f"{at}{one.cause.value} `{one.name}`: {one.detail}")
    names = {dataset.name for statement in exposure.statements for dataset in statement.datasets}
    prints = fingerprints(text, dialect, default_schema=schema, datasets=names)
    of_settings = {
        "purpose": said.purpose,
        "environment": said.environment,
        "execution": said.execution_region,
    }
    asked = request_of(me, {**facts, **{name: facts[name] or value for name, value in of_settings.items()}})
    if prints is not None:
        asked = evolve(asked, template=prints.template, statement=prints.statement)
    return asked, exposure


def _duration(text: str | None) -> datetime.timedelta | None:
    from classify.access.entry import duration_of

    return duration_of(text) if text is not None else None


def _state(name: str) -> State:
    from classify.access import State
    from classify.errors import nearest

    if name not in tuple(State):
        hint = nearest(name, tuple(State)) or f", expected one of {', '.join(State)}"
        raise UsageError(f"unknown state `{name}`{hint}")
    return State(name)


def _list(entries: Iterable[Entry], output_format: str) -> None:
    if output_format == "json":
        document = {"version": 1, "requests": [entry.to_dict() for entry in entries]}
        echo([json.dumps(document, indent=2)])
    else:
        echo(printable(_line(entry)) for entry in entries)


def _line(entry: Entry) -> str:
    state = str(entry.state).replace("_", " ")
    ends = f" until {entry.ends:%Y-%m-%d %H:%M}Z" if entry.ends is not None else ""
    missing = f", missing {'; '.join(entry.missing)}" if entry.missing else ""
    return f"{entry.id[:8]}  {entry.requester}  {state}{ends}{missing}: {few(entry.touched.columns)}"


def few(names: Iterable[str]) -> str:
    """The first few columns of what was touched; datasets of which there are columns are left out.

    >>> few(["app.users", "app.users.email"])
    'app.users.email'
    """
    known = sorted(names)
    columns = [name for name in known if not any(other.startswith(f"{name}.") for other in known)]
    more = f" and {len(columns) - _MOST_SHOWN} more" if len(columns) > _MOST_SHOWN else ""
    return ", ".join(columns[:_MOST_SHOWN]) + more


def _show(entry: Entry, output_format: str) -> None:
    if output_format == "json":
        echo([json.dumps(entry.to_dict(), indent=2)])
        return
    said = [f"{one.approval.approver.id}" + (f" for {one.approval.acting_for}" if one.approval.acting_for else "")
            + (", signed" if one.approval.signed else "") for one in entry.given]  # fmt: skip
    lines = [*entry.rendering.splitlines(), "", _line(entry)]
    if said:
        lines.append(f"agreed: {'; '.join(said)}")
    echo(printable(line) for line in lines)
