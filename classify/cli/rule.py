"""`classify rule`: the rules, and a rule's page."""

from __future__ import annotations

import click

from classify.cli.options import output_options
from classify.cli.style import echo


@click.command(epilog="\b\nclassify rule\nclassify rule CLS101")
@click.argument("code", required=False)
@output_options
def rule(*, code: str | None, output_format: str) -> int:
    """The rules of `classify check`, or what one of them does, why, and what to do.

    CODE is a rule's code or its name.
    """
    import json

    from classify.checks.rules import ALL_RULES

    found = sorted(ALL_RULES, key=lambda one: one.code)
    if code is not None:
        found = [one for one in found if code.upper() == one.code or code.lower() == one.name]
        if not found:
            from classify.errors import nearest

            hint = nearest(code.upper(), (one.code for one in ALL_RULES)) or ", `classify rule` lists them"
            raise click.UsageError(f"unknown rule `{code}`{hint}")
    if output_format == "json":
        rows = [
            {"code": one.code, "name": one.name, "summary": one.summary, "by_default": one.by_default, "page": one.page}
            for one in found
        ]
        echo([json.dumps(rows, indent=2)])
    elif code is not None:
        echo([found[0].page.rstrip()])
    else:
        width = max(len(one.name) for one in found)
        echo(
            f"{one.code}  {one.name:{width}}  {one.summary}{'' if one.by_default else ' (off by default)'}"
            for one in found
        )
    return 0
