"""Collects the classes that carry a declaration of a dataset."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Protocol, runtime_checkable

from classify.catalog.dataset import Dataset
from classify.catalog.merge import merge_datasets
from classify.errors import ClassifyError, UsageError
from classify.labels import Scheme

MARK = "__classify_dataset__"
"""The attribute under which a class carries its declaration."""


@runtime_checkable
class Declaration(Protocol):
    """What a class carries. It does not know its class: decorators above it may make another one of the same body."""

    def datasets(self, declared: type, scheme: Scheme) -> tuple[Dataset, ...]:
        """The datasets that the class declares.

        Raises:
            UsageError: with everything that is wrong in the declaration.
        """


def declaration_of(candidate: object) -> Declaration | None:
    """The declaration that a class carries itself; one that it inherits is its parent's."""
    found = vars(candidate).get(MARK) if isinstance(candidate, type) else None
    return found if isinstance(found, Declaration) else None


def collect(classes: Iterable[type], scheme: Scheme) -> tuple[Dataset, ...]:
    """The datasets that classes declare, in order; two of one name must be tagged alike.

    Raises:
        UsageError: with everything that is wrong in the declarations.
    """
    found: tuple[Dataset, ...] = ()
    problems: list[str] = []
    for declared in classes:
        declaration = declaration_of(declared)
        if declaration is None:
            name = getattr(declared, "__qualname__", type(declared).__qualname__)
            problems.append(f"`{name}` is no declared class, decorate it with `@classify.dataset(…)`")
            continue
        try:
            found = merge_datasets(found, declaration.datasets(declared, scheme))
        except UsageError as error:
            problems.append(str(error))
    if problems:
        raise UsageError("\n".join(problems))
    return found


def marked_classes(module: str | ModuleType) -> tuple[type, ...]:
    """The declared classes that a module and, if it is a package, those in it define or import, in order, each once.

    Raises:
        UsageError: no such module, or one that fails when it is imported.
    """
    loaded = _import(module) if isinstance(module, str) else module
    found = {
        id(value): value
        for one in (loaded, *_modules_in(loaded))
        for value in vars(one).values()
        if declaration_of(value) is not None
    }
    return tuple(found.values())


def _modules_in(package: ModuleType) -> Iterator[ModuleType]:
    """The modules below a package; what is run as a program is passed over."""
    for found in pkgutil.iter_modules(getattr(package, "__path__", ()), f"{package.__name__}."):
        if not found.name.endswith(".__main__"):
            module = _import(found.name)
            yield module
            yield from _modules_in(module)


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ClassifyError:
        raise
    except (Exception, SystemExit) as error:  # a module runs any code
        raise UsageError(f"module `{name}` cannot be imported: {str(error) or type(error).__name__}") from error
