"""The name that an engine gives to an output without an alias."""

from __future__ import annotations

from sqlglot import exp


def output_name(node: exp.Expr) -> str:
    """The name, or an empty text where it is the engine's own business.

    PostgreSQL takes a field's, function's or type's name (parse_target.c, FigureColname); most others the text.
    """
    while node.__class__ in (exp.Paren, exp.Bracket):
        node = node.args["this"]
    kind = node.__class__
    if kind is exp.Dot:
        right = node.args["expression"]
        return str(right.name) if right.__class__ is exp.Identifier else ""
    if kind in (exp.Cast, exp.TryCast):
        inner = output_name(node.args["this"])
        return inner or str(node.args["to"].this.value if hasattr(node.args["to"].this, "value") else "").lower()
    if kind is exp.Column:
        return str(node.name)
    if kind is exp.Case:
        return "case"
    if kind is exp.Subquery:
        inner = node.args["this"]
        if inner.__class__ is exp.Select and inner.expressions:
            first = inner.expressions[0]
            return str(first.alias) or output_name(first)
        return ""
    if kind is exp.Anonymous:
        return str(node.this).lower()
    if kind is exp.Window:
        return output_name(node.args["this"])
    if kind is exp.Filter:
        return output_name(node.args["this"])
    if isinstance(node, exp.Func) and not isinstance(node, (exp.And, exp.Or)):
        return str(node.sql_name()).lower()
    return ""
