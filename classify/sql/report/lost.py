"""What was found and is not in the answer: faults of the walk that no place in the text tells.

Each check starts from what a statement names, by its tree, and looks for it among what came out at the end: an `asked`
or an `indirect` that forgets is no more trusted than a handler.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.sql.names.flows import DIRECT, asked

if TYPE_CHECKING:
    from classify.sql.names.relation import Relation
    from classify.sql.session.tables import Table
    from classify.sql.walk.walk import Walk

_COLUMN, _IDENTIFIER, _STAR = exp.Column, exp.Identifier, exp.Star


def loses(walk: Walk, result: Relation | None) -> bool:
    """Whether the reads of a statement lack a column that it names or returns, or that a star in it stands for."""
    asked_for = 0
    for node, (flow, asks) in walk.found.references:
        if flow:
            asked_for |= flow
        elif asks and _is_something(walk, node):
            return True
    if result is not None and not walk.found.declassified:  # else a flow has other numbers than its columns
        for out in result.outs():
            asked_for |= out.flow
    reads = asked(walk.found.reads)
    if asked_for & DIRECT & ~reads or reads >> 2 * walk.session.numbering.next:
        return True
    return bool(walk.found.stars) and _lost_by_stars(walk, reads)


def loses_rows(walk: Walk, query: exp.Expr, rows: int) -> bool:
    """Whether what decides the rows of a view lacks a column by which its definition filters, joins, groups or sorts.

    Args:
        walk: over the definition.
        rows: flow of what decides its rows.
    """
    decided = asked(rows)
    return any(flow & DIRECT & ~decided and _decides(node, query) for node, (flow, _) in walk.found.references)


_DECIDING = frozenset(("where", "prewhere", "group", "having", "qualify", "order"))


def _decides(node: exp.Expr, query: exp.Expr) -> bool:
    """Whether a name stands in such a clause of a query, or of one in its FROM."""
    below = node
    while not isinstance(below.parent, exp.Select):
        above = below.parent
        if above is None or isinstance(above, exp.Query):
            return False
        if isinstance(above, exp.Join) and below.arg_key == "on" and isinstance(above.parent, exp.Select):
            return _is_in_from(above.parent, query)
        below = above
    return below.arg_key in _DECIDING and _is_in_from(below.parent, query)


def _is_in_from(select: exp.Expr, query: exp.Expr) -> bool:
    """Whether a SELECT is a query or a branch of it, or stands in its FROM or that of one that does."""
    node = select
    while node is not query:
        above = node.parent
        if above is None or not isinstance(above, (exp.From, exp.Join, exp.Query)):
            return False
        if isinstance(above, exp.Select) and node.arg_key not in ("from_", "joins"):
            return False
        if isinstance(above, (exp.From, exp.Join)) and node.arg_key != "this":
            return False
        node = above
    return True


def _is_something(walk: Walk, node: exp.Expr) -> bool:
    """Whether a name cannot stand for nothing: in USING a column of a joined table, elsewhere a table's whole row."""
    name = node.name.lower()
    if isinstance(node, exp.Join):  # NATURAL, which names what both sides have
        sources = _joined(node)
        tables = [table for one, table in walk.found.touched if any(one is source for source in sources)]
        plain = all(table.dataset.view is None for table in tables) and not walk.session.script.names.count
        return plain and len(tables) == len(sources)
    if isinstance(node.parent, exp.Join):
        joined = _joined(node.parent)
        return any(name in table.words for one, table in walk.found.touched if any(one is source for source in joined))
    if node.__class__ is _COLUMN and node.this.__class__ is _STAR and node.args.get("table"):
        return any(node.args["table"].name.lower() in table.words for _, table in walk.found.touched)
    if node.__class__ is not _COLUMN or node.args.get("table") or node.this.__class__ is not _IDENTIFIER:
        return False
    if name == "excluded" and node.find_ancestor(exp.OnConflict) is not None:
        return any(table.width for _, table in walk.found.touched)
    rows = [
        table
        for one, table in walk.found.touched
        if isinstance(one, exp.Table)
        and one.alias_or_name.lower() == name
        and one.name.lower() == table.name
        and _is_around(one, node)
    ]
    return any(table.width for table in rows) and not any(name in table.words for _, table in walk.found.touched)


def _is_around(table: exp.Expr, node: exp.Expr) -> bool:
    """Whether a table stands in FROM of a query that a name is in."""
    holder = table.parent
    while isinstance(holder, (exp.From, exp.Join, exp.Table)):
        holder = holder.parent
    above: exp.Expr | None = node
    while above is not None and above is not holder:
        above = above.parent
    return above is not None


def _joined(join: exp.Join) -> list[exp.Expr]:
    """What a join with USING puts together: its own source, and those before it up to a comma."""
    select = join.parent
    joins: list[exp.Join] = (select.args.get("joins") or []) if select is not None else []
    before = joins[: next((at for at, one in enumerate(joins) if one is join), 0)]
    found = [join.args["this"]]
    for one in reversed(before):
        found.append(one.args["this"])
        if not any(one.args.get(key) for key in ("on", "using", "method", "kind", "side")):
            return found
    from_ = select.args.get("from_") if select is not None else None
    return [*found, from_.args["this"]] if from_ is not None else found


def _lost_by_stars(walk: Walk, reads: int) -> bool:
    """Whether a star that was read lacks a column of the tables that it stands for, as far as the text tells them."""
    if walk.session.script.names.count:
        return False  # the script may have changed what columns they have
    tables = {id(node): table for node, table in walk.found.touched if node is not None}
    for node in walk.found.stars:
        star = node if node.__class__ is _STAR else node.args["this"]
        if any(star.args.values()):
            continue
        for source in _sources_of(node):
            table = tables.get(id(source))
            if table is not None and _whole(walk, table) & ~reads:
                return True
    return False


def _whole(walk: Walk, table: Table) -> int:
    """The direct bits of all columns of a table, or of what a view's columns are made of."""
    dataset = table.dataset
    if dataset.view is None:
        return table.whole << 2 * walk.session.numbering.first(table)
    looked = walk.looked_through.get((table.number, walk.row.name, 0))
    flow = 0
    if looked is not None and not dataset.declassify:  # else the view's own column may stand for what it is made of
        for out in looked.relation.outs():
            flow |= out.flow
    return asked(flow)


def _sources_of(node: exp.Expr) -> Iterator[exp.Expr]:
    """The tables in FROM that a star among the outputs stands for, or the one that a statement changes."""
    select = node.parent
    if isinstance(select, exp.Returning) and select.parent is not None:
        target = select.parent.args.get("this")
        yield from [one for one in (target, target.args.get("this")) if one] if isinstance(target, exp.Expr) else ()
        return
    if not isinstance(select, exp.Select) or node.arg_key != "expressions":
        return
    wanted = node.args["table"].name.lower() if node.__class__ is _COLUMN else ""
    from_ = select.args.get("from_")
    joins = select.args.get("joins") or ()
    pending = [one for one in (from_, *joins) if one is not None]
    for one in pending:
        source = one.args.get("this") if one.args.get("kind") not in ("SEMI", "ANTI") else None
        while isinstance(source, exp.Subquery) and not source.args.get("alias") and not source.args.get("pivots"):
            source = source.args["this"]  # parentheses around a join hide none of its names
        if not isinstance(source, exp.Table) or source.args.get("pivots"):
            continue
        if not wanted or source.alias_or_name.lower() == wanted:
            yield source
        pending += source.args.get("joins") or ()
