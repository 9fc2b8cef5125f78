"""`classify dialects`: the dialects, and how sure the answers are in each."""

from __future__ import annotations

import click

from classify.cli.style import echo


@click.command()
def dialects() -> int:
    """The dialects of SQL that are read, and how sure the answers are in each.

    In those that are tried, the answers are held against what the engine itself says. In the others the names are
    resolved by the engine's manual, or as in the dialect that it is a kind of.
    """
    from classify.sql.names.dialects import dialect_tiers

    found = dialect_tiers()
    width = max(map(len, found))
    echo(f"{name:{width}}  {tier}" for name, tier in sorted(found.items()))
    return 0
