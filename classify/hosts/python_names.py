"""Names in Python's source: the texts that an expression may be, as far as the source alone tells them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import product

from classify.hosts.placeholders import HOLE
from classify.hosts.python_text import (
    EMPTY,
    REPLACEMENT,
    NotUnderstood,
    Piece,
    formatted,
    hole,
    joined,
    percent,
    read_literals,
    spliced,
)

_MOST_CHOICES = 8
"""How many texts may come of parts that are joined; of more, the parts that may be several count as holes."""

_MOST_TEXTS = 100
"""How many texts a name may be, one by one."""

_MOST_STEPS = 40
"""How many names are followed, one to the other."""


class Source:
    """The text of a module, and where the places of its syntax tree are in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]

    def offset(self, line: int, column: int, *, characters: bool = False) -> int:
        """The offset of a 1-based line and a 0-based column, which the tree counts in bytes of UTF-8."""
        start = self._starts[min(line, len(self._starts)) - 1]
        if characters or self.text.isascii():
            return min(start + column, len(self.text))
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        return start + len(self.text[start:end].encode(errors="surrogatepass")[:column].decode(errors="ignore"))

    def place(self, node: ast.expr | ast.stmt) -> int:
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt) -> int:
        return self.offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)

    def of(self, node: ast.expr) -> str:
        """What the source writes for an expression, where that is a plain name; else an empty text."""
        text = self.text[self.place(node) : self.end(node)]
        return text if re.fullmatch(r"[\w.]+", text) else ""


class _Binding:
    """One assignment to a name: what is assigned, or added to what it was."""

    __slots__ = ("adds", "scope", "value")

    def __init__(self, value: ast.expr | None, scope: Scope, *, adds: bool) -> None:
        self.value = value
        self.scope = scope
        self.adds = adds


class Scope:
    """The names of a module, a class or a function, and those around it.

    Attributes:
        is_shared: whether others may use what is assigned here: a module's names and a class's.
    """

    def __init__(self, node: ast.AST, parent: Scope | None, source: Source) -> None:
        self._source = source
        self._parent = parent
        self._bindings: dict[str, list[_Binding]] = {}
        self._classes: dict[str, Scope] = parent._classes if parent is not None else {}
        self._module: Scope = parent._module if parent is not None else self
        self._globals: set[str] = set()
        self._nonlocals: set[str] = set()
        self.is_shared = isinstance(node, (ast.Module, ast.ClassDef))
        self._is_class = isinstance(node, ast.ClassDef)
        self._inner: dict[int, Scope] = {}
        if isinstance(node, ast.ClassDef):
            self._classes.setdefault(node.name, self)

    @classmethod
    def of(cls, tree: ast.Module, parent: Scope | None, source: Source) -> Scope:
        """The scope of a module, with those of all classes and functions in it."""
        found = cls(tree, parent, source)
        found._read(tree.body)
        return found

    def inside(self, node: ast.AST) -> Scope:
        """The scope of a class or function that is defined here."""
        return self._inner[id(node)]

    def _read(self, body: list[ast.stmt]) -> None:
        pending: list[ast.AST] = list(reversed(body))
        while pending:
            node = pending.pop()
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                self._bind_name(node.name, None)
                inner = self._inner[id(node)] = Scope(node, self, self._source)
                if not isinstance(node, ast.ClassDef):
                    inner._parameters(node.args)
                inner._read(node.body)
                continue
            handled: list[ast.AST] = []
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._bind(target, node.value)
                handled += node.targets
            elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
                if node.value is not None:
                    self._bind(node.target, node.value)
                handled.append(node.target)
            elif isinstance(node, ast.AugAssign):
                adds = isinstance(node.op, ast.Add)
                self._bind(node.target, node.value if adds else None, adds=adds)
                handled.append(node.target)
            elif isinstance(node, (ast.For, ast.AsyncFor)):
                self._bind_each(node.target, node.iter)
                handled.append(node.target)
            elif isinstance(node, ast.Global):
                self._globals.update(node.names)
            elif isinstance(node, ast.Nonlocal):
                self._nonlocals.update(node.names)
            elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                self._bind_name(node.id, None)  # WITH, comprehensions, DEL
            elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
                self._bind_name(node.name, None)
            elif isinstance(node, ast.alias):
                self._bind_name((node.asname or node.name).partition(".")[0], None)
            pending += [child for child in reversed(list(ast.iter_child_nodes(node))) if child not in handled]

    def _parameters(self, arguments: ast.arguments) -> None:
        listed = [*arguments.posonlyargs, *arguments.args]
        defaults: list[ast.expr | None] = [None] * (len(listed) - len(arguments.defaults)) + [*arguments.defaults]
        pairs = [*zip(listed, defaults, strict=True), *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
        for one, default in pairs:
            self._bind_name(one.arg, None)  # whatever the caller hands over
            if default is not None:
                self._bindings[one.arg].append(_Binding(default, self._parent or self, adds=False))
        for rest in (arguments.vararg, arguments.kwarg):
            if rest is not None:
                self._bind_name(rest.arg, None)

    def _bind_name(self, name: str, value: ast.expr | None, *, adds: bool = False) -> None:
        self._bindings.setdefault(name, []).append(_Binding(value, self, adds=adds))
        if name in self._globals:
            self._module._bindings.setdefault(name, []).append(_Binding(value, self, adds=adds))
        level = self._parent if name in self._nonlocals else None
        while level is not None and not level.is_shared:  # it may be the name of any function around
            level._bindings.setdefault(name, []).append(_Binding(value, self, adds=adds))
            level = level._parent

    def _bind(self, target: ast.expr, value: ast.expr | None, *, adds: bool = False) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
            for at, one in enumerate(target.elts):
                self._bind(one, values[at] if len(values) == len(target.elts) else None)
            return
        if isinstance(target, ast.Name):
            self._bind_name(target.id, value, adds=adds)
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
            owner = self._own_class()
            if owner is not None:
                owner._bindings.setdefault(target.attr, []).append(_Binding(value, self, adds=adds))

    def _bind_each(self, target: ast.expr, iterated: ast.expr) -> None:
        """The name of a loop over a list that is written out is each of its elements."""
        if isinstance(iterated, (ast.Tuple, ast.List, ast.Set)):
            for one in iterated.elts:
                self._bind(target, one)
        else:
            self._bind(target, None)

    def _own_class(self) -> Scope | None:
        level: Scope | None = self
        while level is not None and not level._is_class:
            level = level._parent
        return level

    # -- what an expression may be

    def texts(self, node: ast.expr, steps: int = 0) -> Iterator[Piece]:
        """Each text that an expression may be; nothing where it is none that the source tells."""
        for piece in self._choices(node, steps):
            if piece.text.strip(HOLE):
                yield piece

    def _choices(self, node: ast.expr, steps: int) -> list[Piece]:
        """Each text that an expression may be; a hole where the source does not tell."""
        unknown = [hole(self._source.of(node), self._source.place(node))]
        if steps > _MOST_STEPS:
            return unknown
        if isinstance(node, ast.Constant) or type(node).__name__ in ("JoinedStr", "TemplateStr"):
            if isinstance(node, ast.Constant) and not isinstance(node.value, str):
                return unknown
            fields = [one for one in getattr(node, "values", ()) if hasattr(one, "conversion")]
            return [self._filled(self._literal(node), fields, steps)]
        found: list[Piece] = []
        if isinstance(node, ast.BinOp):
            found = self._operation(node, steps)
        elif isinstance(node, ast.Call):
            found = self._call(node, steps)
        elif isinstance(node, ast.IfExp):
            found = [*self._choices(node.body, steps + 1), *self._choices(node.orelse, steps + 1)]
        elif isinstance(node, ast.BoolOp):
            found = [piece for value in node.values for piece in self._choices(value, steps + 1)]
        elif isinstance(node, (ast.NamedExpr, ast.Await)):
            found = self._choices(node.value, steps + 1)
        elif isinstance(node, (ast.Name, ast.Attribute)):
            found = self._named(node, steps)
        return found if 0 < len(found) <= _MOST_TEXTS else unknown

    def _literal(self, node: ast.expr) -> Piece:
        start, end = self._source.place(node), self._source.end(node)
        try:
            piece = read_literals(self._source.text, start, end)
        except (NotUnderstood, IndexError, RecursionError):
            return hole("", start)
        if isinstance(node, ast.Constant) and piece.text != str(node.value).replace(HOLE, REPLACEMENT):
            return hole("", start)
        return piece

    def _filled(self, piece: Piece, values: list[ast.expr], steps: int) -> Piece:
        """The text with each hole filled for which the source tells what stands there: a constant table's name, say."""
        return spliced(piece, [self._filling(value, steps) for value in values]) if piece.holes else piece

    def _filling(self, value: ast.expr, steps: int) -> str | None:
        if getattr(value, "format_spec", None) is not None or getattr(value, "conversion", -1) not in (-1, ord("s")):
            return None
        inner: ast.expr = getattr(value, "value") if type(value).__name__ in _FIELDS else value  # noqa: B009
        choices = self._choices(inner, steps + 1)
        return choices[0].text if len(choices) == 1 and HOLE not in choices[0].text else None

    def _operation(self, node: ast.BinOp, steps: int) -> list[Piece]:
        if isinstance(node.op, ast.Mod):
            values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            return [
                self._filled(percent(piece), values if not piece.holes else [], steps)
                for piece in self._choices(node.left, steps + 1)
            ]
        if not isinstance(node.op, ast.Add):
            return []
        operands: list[ast.expr] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
            operands.append(left.right)
            left = left.left
        operands.append(left)
        return self._joined([self._choices(one, steps + 1) for one in reversed(operands)])

    def _joined(self, parts: list[list[Piece]]) -> list[Piece]:
        """Each way to put one choice of each part behind the other."""
        ways = 1
        for part in parts:
            ways *= len(part)
        if ways > _MOST_CHOICES:
            parts = [
                part if len(part) == 1 else [hole("", next((one.places[0] for one in part if one.places), 0))]
                for part in parts
            ]
        return [joined(chosen) for chosen in product(*parts)]

    def _call(self, node: ast.Call, steps: int) -> list[Piece]:
        """Calls that hand a text on: `dedent(x)`, `text(x)`, `x.strip()`, `x.format(…)`, `x.join([…])`."""
        function = node.func
        name = (
            function.attr
            if isinstance(function, ast.Attribute)
            else function.id
            if isinstance(function, ast.Name)
            else ""
        )
        if isinstance(function, ast.Attribute) and name in _METHODS:
            return self._choices(function.value, steps + 1)
        if isinstance(function, ast.Attribute) and name == "format":
            return [
                self._filled(found, _arguments(found, node) if not piece.holes else [], steps)
                for piece in self._choices(function.value, steps + 1)
                for found in (formatted(piece),)
            ]
        if isinstance(function, ast.Attribute) and name == "join" and len(node.args) == 1:
            listed = self._list_of(node.args[0])
            if isinstance(listed, (ast.List, ast.Tuple)) and isinstance(function.value, ast.Constant):
                parts: list[list[Piece]] = []
                for at, one in enumerate(listed.elts):
                    parts += [self._choices(function.value, steps + 1)] if at else []
                    parts.append(self._choices(one, steps + 1))
                return self._joined(parts) if parts else [EMPTY]
            return []
        if isinstance(function, ast.Attribute) and name in _CHANGING:
            # What is put in is not followed, so the text ends in a hole.
            end = [hole("", self._source.place(node))]
            return self._joined([self._choices(function.value, steps + 1), end])
        if name in _WRAPPERS and node.args:
            return self._choices(node.args[0], steps + 1)
        return []

    def _list_of(self, node: ast.expr) -> ast.expr:
        """The list that is joined: written out, or assigned once to a name; with a hole where more is put in later."""
        bindings = self._bound(node) if isinstance(node, ast.Name) else None
        if bindings is None or len(bindings) != 1 or not isinstance(bindings[0].value, (ast.List, ast.Tuple)):
            return node
        listed = bindings[0].value
        assert isinstance(node, ast.Name), "only a name is bound"
        grows = re.search(rf"\b{re.escape(node.id)}\s*(?:\.\s*(?:append|extend|insert)\b|\+=|\[)", self._source.text)
        return ast.List(elts=[*listed.elts, node]) if grows else listed

    def _named(self, node: ast.Name | ast.Attribute, steps: int) -> list[Piece]:
        """The texts that a name is assigned, each with what is added to it later; a hole for each that nobody knows."""
        bindings = self._bound(node)
        unknown = hole(self._source.of(node), self._source.place(node))
        found: list[Piece] = []
        known = False
        for binding in bindings or ():
            if binding.value is None or binding.value is node:
                choices = [unknown]
            else:
                choices = binding.scope._choices(binding.value, steps + 10)
            if binding.adds:
                found = self._joined([found, choices]) if found else choices
            else:
                found += choices
            known = known or any(piece.text.strip(HOLE) for piece in choices)
            if len(found) > _MOST_TEXTS:
                return found
        return found if known else []

    def _bound(self, node: ast.Name | ast.Attribute) -> list[_Binding] | None:
        if isinstance(node, ast.Name):
            level: Scope | None = self
            while level is not None:
                # A class's names are not seen in its methods.
                if node.id in level._bindings and (level is self or not level._is_class):
                    return level._bindings[node.id]
                level = level._parent
            return None
        owner = node.value.id if isinstance(node.value, ast.Name) else ""
        if owner not in ("self", "cls"):
            holder = self._classes.get(owner)
            return holder._bindings.get(node.attr) if holder is not None else None
        holder = self._own_class()
        found = holder._bindings.get(node.attr, []) if holder is not None else []
        return [*found, _Binding(None, self, adds=False)]  # a subclass may have another


_FIELDS = ("FormattedValue", "Interpolation")  # the second from Python 3.14 on
_CHANGING = frozenset("replace substitute safe_substitute translate render".split())
_METHODS = frozenset("strip lstrip rstrip expandtabs encode bindparams columns".split())
_WRAPPERS = frozenset("text dedent cleandoc SQL sql str literal_column Template".split())


def _arguments(piece: Piece, node: ast.Call) -> list[ast.expr]:
    """What `text.format(…)` puts into each field, in order; nothing where one cannot be told."""
    if any(isinstance(one, ast.Starred) for one in node.args):
        return []
    named = {one.arg: one.value for one in node.keywords}
    found: list[ast.expr] = []
    for at, field in enumerate(piece.holes):
        if field == "" or field.isdigit():
            place = at if field == "" else int(field)
            if place >= len(node.args):
                return []
            found.append(node.args[place])
        elif field in named:
            found.append(named[field])
        else:
            return []
    return found
