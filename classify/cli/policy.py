"""`classify policy`: what a policy decides, and what is odd in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from classify.cli.options import (
    find_or_load_settings,
    load_catalog,
    load_scheme,
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
    from collections.abc import Callable

    from classify.exposure import Exposure

_POLICY = click.argument("policy", type=click.Path(path_type=Path), metavar="POLICY")
_GROUPS = click.option(
    "--groups", type=click.Path(path_type=Path), metavar="FILE", help="File of the groups and the people in them."
)


@click.group(no_args_is_help=False)
def policy() -> None:
    """Who may see which class of data, and who must agree to it."""


@policy.command(epilog="\b\nclassify policy validate policy.yaml --groups groups.yaml -c catalog.yaml")
@_POLICY
@_GROUPS
@source_options
@output_options
def validate(
    *,
    policy: Path,
    groups: Path | None,
    catalog: tuple[Path, ...],
    scheme: Path | None,
    config: Path | None,
    output_format: str,
) -> int:
    """What is wrong or odd in a policy: categories that no column has, rules that allow nothing, too few people."""
    from classify.policy import Policy
    from classify.policy.lint import odd

    settings = find_or_load_settings(config)
    known = load_catalog(settings, catalog, scheme) if catalog or settings.catalog else None
    own = known.scheme if known is not None else load_scheme(settings, scheme)
    found = list(odd(Policy.load(policy, groups=groups, scheme=own), known))
    if output_format == "json":
        document = [{"place": one.place, "message": one.message} for one in found]
        echo([json.dumps({"version": 1, "problems": document}, indent=2)])
    else:
        echo(printable(str(one)) for one in found)
    return 1 if found else 0


@policy.command(epilog="\b\nclassify policy test policy.yaml cases.yaml -c catalog.yaml -d postgres")
@_POLICY
@click.argument("cases", type=click.Path(path_type=Path), metavar="CASES")
@_GROUPS
@source_options
@sql_options
@output_options
def test(
    *,
    policy: Path,
    cases: Path,
    groups: Path | None,
    catalog: tuple[Path, ...],
    scheme: Path | None,
    config: Path | None,
    dialect: str | None,
    default_schema: str | None,
    output_format: str,
) -> int:
    """Whether a policy decides a team's own cases as their file says."""
    from classify.policy import Policy
    from classify.policy.cases import load_cases, run

    analyse, own = _analyser(catalog, scheme, config, dialect, default_schema)
    known = load_cases(cases)
    failed = list(run(Policy.load(policy, groups=groups, scheme=own), known, analyse))
    if output_format == "json":
        document = [
            {"place": one.case.place, "name": one.case.name, "wrong": one.wrong, "decision": one.decision.to_dict()}
            for one in failed
        ]
        echo([json.dumps({"version": 1, "cases": len(known), "failed": document}, indent=2)])
    else:
        lines = [
            line for one in failed for line in (str(one), *(f"  {said}" for said in str(one.decision).splitlines()))
        ]
        echo(printable(line) for line in (*lines, f"{len(known) - len(failed)} of {len(known)} cases hold"))
    return 1 if failed else 0


@policy.command(epilog='\b\nclassify policy explain policy.yaml "select email from app.users" --region de -d postgres')
@_POLICY
@click.argument("sql", metavar="SQL")
@click.option("--requester", default="someone", metavar="ID", help="The person who asks.")
@click.option("--group", "in_groups", multiple=True, metavar="NAME", help="Of theirs; several times for several.")
@click.option("--region", metavar="NAME", help="Where they are.")
@click.option("--employment", metavar="NAME", help="As staff or vendor.")
@click.option("--clearance", metavar="LEVEL", help="The highest level that they may see.")
@click.option("--identity", metavar="NAME", help="How well it is known who they are.")
@request_options
@_GROUPS
@source_options
@sql_options
@output_options
def explain(
    *,
    policy: Path,
    sql: str,
    groups: Path | None,
    catalog: tuple[Path, ...],
    scheme: Path | None,
    config: Path | None,
    dialect: str | None,
    default_schema: str | None,
    output_format: str,
    **facts: Any,
) -> int:
    """What a policy decides of a query, and rule by rule why. What is not said is not known.

    The status is 1 where the query may not run as it is.
    """
    from classify.policy import Policy, Principal
    from classify.policy.explain import explain as explained

    analyse, own = _analyser(catalog, scheme, config, dialect, default_schema)
    known = Policy.load(policy, groups=groups, scheme=own)
    person = Principal(
        facts["requester"],
        facts["in_groups"] or None,
        facts["region"],
        facts["employment"],
        facts["clearance"],
        facts["identity"],
    )
    request, exposure = request_of(person, facts), analyse(sql)
    decision = known.decide(request, exposure)
    accounts = list(explained(known, request, exposure))
    if output_format == "json":
        document = {**decision.to_dict(), "rules": [one.to_dict() for one in accounts]}
        echo([json.dumps(document, indent=2)])
    else:
        echo(printable(line) for line in (*str(decision).splitlines(), "", "rules", *(f"  {one}" for one in accounts)))
    return 0 if decision.kind == "allow" else 1


@policy.command(epilog="\b\nclassify policy diff old.yaml new.yaml queries/ --groups groups.yaml --execution us-east")
@click.argument("old", type=click.Path(path_type=Path), metavar="OLD")
@click.argument("new", type=click.Path(path_type=Path), metavar="NEW")
@click.argument("queries", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="QUERIES...")
@click.option("--execution", metavar="REGION", help="Where the queries run.")
@click.option("--environment", metavar="NAME", help="As production.")
@click.option(
    "--groups", type=click.Path(path_type=Path), required=True, metavar="FILE", help="File of the people who may ask."
)
@source_options
@sql_options
@output_options
def diff(
    *,
    old: Path,
    new: Path,
    queries: tuple[Path, ...],
    execution: str | None,
    environment: str | None,
    groups: Path,
    catalog: tuple[Path, ...],
    scheme: Path | None,
    config: Path | None,
    dialect: str | None,
    default_schema: str | None,
    output_format: str,
) -> int:
    """Which decisions of one policy another one changes, for each person of the groups, action and purpose.

    QUERIES are files of SQL, or folders of them. The status is 1 where a decision changes.
    """
    from classify.policy import Policy, Principal, Request
    from classify.policy.compare import changed, requests

    analyse, own = _analyser(catalog, scheme, config, dialect, default_schema)
    before, after = (Policy.load(path, groups=groups, scheme=own) for path in (old, new))
    like = Request(Principal(""), environment=environment, execution_region=execution)
    asked = requests((before, after), after.members or (), like)
    texts = [(str(path), analyse(_read(path), path)) for path in _sql_files(queries)]
    found = list(changed(before, after, texts, asked))
    if output_format == "json":
        document = [
            {
                "query": one.query,
                "requester": one.request.principal.id,
                "action": one.request.action,
                "purpose": one.request.purpose,
                "old": one.old.to_dict(),
                "new": one.new.to_dict(),
            }
            for one in found
        ]
        echo([json.dumps({"version": 1, "changed": document}, indent=2)])
    else:
        echo(printable(str(one)) for one in found)
    return 1 if found else 0


def _read(path: Path) -> str:
    from classify.documents import read_text

    return read_text(path)


def _sql_files(paths: tuple[Path, ...]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(path.rglob("*.sql"))
        elif path.exists():
            found.append(path)
        else:
            raise UsageError(f"{path}: no such file or folder of queries")
    if not found:
        raise UsageError("no .sql files there, name at least one")
    return found


@policy.command(epilog="\b\nclassify policy matrix policy.yaml --residency us --region us --region de --purpose fraud")
@_POLICY
@click.option(
    "--region", "regions", multiple=True, metavar="NAME", help="Of the requester; default: all of the policy's."
)
@click.option("--purpose", "purposes", multiple=True, metavar="NAME", help="Default: all there are.")
@click.option("--category", "categories", multiple=True, metavar="NAME", help="Of the data.")
@click.option("--residency", "residency", multiple=True, metavar="NAME", help="Of the data.")
@click.option("--group", "in_groups", multiple=True, metavar="NAME", help="Of the requester.")
@click.option("--employment", default="staff", show_default=True, metavar="NAME", help="Of the requester.")
@click.option("--clearance", metavar="LEVEL", help="Of the requester.")
@click.option("--action", type=click.Choice(["read", "write", "export"]), default="read", show_default=True)
@click.option("--execution", metavar="REGION", help="Where the query runs.")
@click.option("--scheme", type=click.Path(path_type=Path), metavar="FILE", help="Scheme file.")
@click.option("--format", "output_format", type=click.Choice(["text", "html"]), default="text", show_default=True)
def matrix(
    *,
    policy: Path,
    regions: tuple[str, ...],
    purposes: tuple[str, ...],
    categories: tuple[str, ...],
    residency: tuple[str, ...],
    in_groups: tuple[str, ...],
    employment: str,
    clearance: str | None,
    action: str,
    execution: str | None,
    scheme: Path | None,
    output_format: str,
) -> int:
    """A table for each purpose: what is decided of each level, for requesters in each region."""
    from classify.policy import Policy, Principal, Request
    from classify.policy.matrix import as_html, as_text
    from classify.policy.matrix import matrix as tables

    known = Policy.load(policy, scheme=load_scheme(find_or_load_settings(None), scheme))
    like = Request(Principal("someone", in_groups, None, employment, clearance), action, execution_region=execution)
    found = tables(
        known,
        like,
        regions or (*known.terms.regions.known, None),
        purposes or (*known.named_purposes, None),
        categories,
        residency,
    )
    if output_format == "html":
        echo([as_html(found, f"{policy.name}: who may see what")])
    else:
        echo(printable(line) for line in as_text(found))
    return 0


def _indented(text: str) -> list[str]:
    return [f"  {line}" for line in text.splitlines()]


def _analyser(
    catalog: tuple[Path, ...],
    scheme: Path | None,
    config: Path | None,
    dialect: str | None,
    default_schema: str | None,
) -> tuple[Callable[..., Exposure], Any]:
    """What analyses a text, of a file if one is named, by the settings and options; and the scheme."""
    from classify.sql import analyse

    settings = find_or_load_settings(config)
    known = load_catalog(settings, catalog, scheme)

    def analysed(text: str, path: Path | None = None) -> Exposure:
        own = settings.of_file(path) if path is not None else settings.defaults
        named = dialect or own.dialect
        if named is None:
            raise UsageError("no dialect, pass --dialect NAME or set `dialect` in [tool.classify] of pyproject.toml")
        return analyse(text, known, dialect=named, default_schema=default_schema or own.default_schema)

    return analysed, known.scheme
