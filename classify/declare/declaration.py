"""What a decorated class carries, and how its fields become labelled columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from attrs import field, frozen

from classify.catalog import Column, Dataset
from classify.catalog.marks import declaration_of
from classify.catalog.tags import tagged
from classify.declare import mapped
from classify.declare.annotations import NOTHING, Arguments, Inner
from classify.declare.fields import Field, fields_of, fields_of_table, has_fields
from classify.declare.tag import Tag
from classify.errors import UsageError, nearest
from classify.labels import Label, Scheme
from classify.names import Name

_MOST_FIELDS = 20_000
_TOO_MANY = f"a class comes to more than {_MOST_FIELDS} fields with the classes in it, declare fewer of them"
_MOST_WITHIN = 3  # of one generic class with other arguments: `Node[T]` may hold a `Node[list[T]]` without an end


@frozen
class DatasetDeclaration:
    """What a decorated class carries.

    Attributes:
        name: of the dataset, or None for that of the table that the class is mapped to.
        label: the level of its untagged columns, or None.
        residency: where its data must stay, or None.
        outside: tags that were given with the decorator, each with the path to its column.
        fields: of the class, or None where they could not be read yet when it was decorated.
        names: what its annotations may name beside what the module holds: a table may get columns later.
    """

    name: Name | None
    label: str | None
    residency: tuple[str, ...] | None
    outside: tuple[tuple[tuple[str, ...], Tag], ...] = ()
    fields: tuple[Field, ...] | None = field(default=None, eq=False)
    names: Mapping[str, Any] = field(default=NOTHING, eq=False, repr=False)

    def own_label(self, scheme: Scheme, above: Label) -> Label:
        """The label of untagged fields, of a class that stands alone or in a field that is labelled `above`."""
        return tagged(scheme, above, self.label, (), self.residency)

    def datasets(self, declared: type, scheme: Scheme) -> tuple[Dataset, ...]:
        """The datasets that the class declares: one, or those of all tables of a base.

        Raises:
            UsageError: with every field that has an unknown level or category, two tags, or a type that is not there.
        """
        problems: list[str] = []
        found: list[Dataset] = []
        if mapped.is_base(declared):
            tables = mapped.tables_of(declared)
            if not tables:
                problems.append(f"{place_of(declared)}: no tables yet, import the modules that have its classes")
            found += (self._of_table(table, declared, scheme, problems) for table in tables)
        elif mapped.is_mapped(declared):
            found.append(self._of_table(mapped.table_of(declared), declared, scheme, problems))
        else:
            reader = _Reader(scheme, problems, dict(self.outside))
            label = self._label(place_of(declared), scheme, problems)
            assert self.name is not None, "only mapped classes are declared without one"
            columns = tuple(reader.columns(declared, label, ((declared, NOTHING),)))
            found.append(self._made(self.name, columns, label, place_of(declared), reader))
        if problems:
            raise UsageError("\n".join(problems))
        return tuple(found)

    def _of_table(self, table: mapped.MappedTable, declared: type, scheme: Scheme, problems: list[str]) -> Dataset:
        reader = _Reader(scheme, problems, dict(self.outside))
        place = place_of(declared) if mapped.is_mapped(declared) else table.place
        label = self._label(place, scheme, problems)
        columns: tuple[Column, ...] = ()
        try:
            columns = tuple(reader.labelled(place, fields_of_table(table, self.names), label, ()))
        except NameError as error:
            problems.append(f"{place}: {error}, import it at run time too")
        except UsageError as error:
            problems.append(str(error))
        return self._made(self.name or table.name, columns, label, place, reader)

    def _label(self, place: str, scheme: Scheme, problems: list[str]) -> Label:
        try:
            return self.own_label(scheme, scheme.untagged)
        except UsageError as error:
            problems.append(f"{place}: {error}")
            return scheme.untagged

    def _made(self, name: Name, columns: tuple[Column, ...], label: Label, place: str, reader: _Reader) -> Dataset:
        if not columns and not reader.problems:
            reader.problems.append(f"{place}: no annotated fields, add one for each column")
        if columns:
            reader.problems.extend(
                unknown_column(place, path, reader.seen) for path in reader.outside if path not in reader.used
            )
        return Dataset(name, columns, label, place=place)


Around = tuple[tuple[type, Arguments], ...]
"""The classes around a field, each with what its variables stand for."""


@frozen(eq=False)
class _Reader:
    """Labels the fields of a class, and those nested in them.

    Attributes:
        problems: gets what is wrong.
        outside: tags that were given with the decorator, by the path to their column.
        used: paths of those that were met.
        within: the same of declared classes that fields are made of.
        seen: every path to a field, as texts.
    """

    scheme: Scheme
    problems: list[str]
    outside: Mapping[tuple[str, ...], Tag]
    used: set[tuple[str, ...]] = field(factory=set, init=False)
    within: dict[tuple[str, ...], Tag] = field(factory=dict, init=False)
    seen: set[str] = field(factory=set, init=False)

    def columns(self, declared: type, above: Label, around: Around, path: tuple[str, ...] = ()) -> Iterator[Column]:
        """The columns of a class, the innermost of those around."""
        declaration = declaration_of(declared)
        known = declaration.fields if isinstance(declaration, DatasetDeclaration) else None
        arguments = around[-1][1]
        try:
            if known is None or arguments or mapped.is_mapped(declared):  # a table may have got columns since
                names = declaration.names if isinstance(declaration, DatasetDeclaration) else NOTHING
                fields = fields_of(declared, names, arguments)
            else:
                fields = known
        except NameError as error:
            self.problems.append(f"{place_of(declared)}: {error}, import it at run time too")
            return
        except UsageError as error:
            self.problems.append(str(error))
            return
        yield from self.labelled(place_of(declared), fields, above, around, path)

    def labelled(
        self, place: str, fields: Iterable[Field], above: Label, around: Around, path: tuple[str, ...] = ()
    ) -> Iterator[Column]:
        """Fields as columns."""
        names: dict[str, str] = {}
        for one in fields:
            if len(self.seen) > _MOST_FIELDS:
                if _TOO_MANY not in self.problems:
                    self.problems.append(_TOO_MANY)
                return
            given, here = self._given(one, path)
            found = problems_of(place, one, given)
            first = names.setdefault(one.name.text, one.attribute)
            if first != one.attribute:
                found.append(
                    f"{place}.{one.attribute}: is called `{one.name}` as `{first}` is, call one of them otherwise"
                )
            self.problems.extend(found)
            label = above
            tags = (*one.tags, *given)
            if tags and not found:
                tag = tags[0]
                try:
                    label = tagged(self.scheme, above, tag.level, tag.categories, tag.residency)
                except UsageError as error:
                    self.problems.append(f"{place}.{one.attribute}: {error}")
            nested = _joined(self._nested(one.classes, bool(tags), label, around, here))
            yield Column(one.name, label, fields=nested)

    def _given(self, one: Field, path: tuple[str, ...]) -> tuple[tuple[Tag, ...], tuple[str, ...]]:
        """The tags from outside for a field, and its path."""
        paths = dict.fromkeys(((*path, one.name.text), (*path, one.attribute)))
        self.seen.update(".".join(here) for here in paths)
        met = [here for here in paths if here in self.outside]
        self.used.update(met)
        # Behind a field whose column is called otherwise, a path may have either name.
        known = (*self.outside, *self.within)
        called = any(other[: len(path) + 1] == (*path, one.attribute) for other in known)
        given = [tags[here] for here in paths for tags in (self.outside, self.within) if here in tags]
        return tuple(given), (*path, one.attribute if called else one.name.text)

    def _nested(
        self, classes: Iterable[Inner], is_tagged: bool, above: Label, around: Around, path: tuple[str, ...]
    ) -> Iterator[Column]:
        for inner in classes:
            declared = inner.declared
            # A class inside of itself, as a tree's node is, ends the descent: its fields have the outer ones' tags.
            if any(one is declared and arguments == inner.arguments for one, arguments in around):
                continue
            declaration = declaration_of(declared)
            if declaration is None and not has_fields(declared):
                yield from self._nested(inner.inside, is_tagged, above, around, path)
                continue
            if sum(one is declared for one, _ in around) > _MOST_WITHIN:
                self.problems.append(f"{place_of(declared)}: nests itself with other arguments each time")
                continue
            label = above
            if isinstance(declaration, DatasetDeclaration):
                self.within.update({(*path, *inside): tag for inside, tag in declaration.outside})
                try:
                    own = declaration.own_label(self.scheme, above)
                    label = own.join(above) if is_tagged else own
                except UsageError as error:
                    self.problems.append(f"{place_of(declared)}: {error}")
            yield from self.columns(declared, label, (*around, (declared, inner.arguments)), path)


def _joined(columns: Iterable[Column]) -> tuple[Column, ...]:
    """The fields of a value that may be of several classes: one that two of them have is as high as both."""
    found: dict[str, Column] = {}
    for column in columns:
        first = found.get(column.name.text)
        if first is None:
            found[column.name.text] = column
        else:
            fields = _joined((*first.fields, *column.fields))
            found[column.name.text] = Column(first.name, first.label.join(column.label), fields=fields)
    return tuple(found.values())


def place_of(declared: type) -> str:
    """Where a class is, for messages."""
    return f"{declared.__module__}.{declared.__qualname__}"


def problems_of(place: str, one: Field, given: Collection[Tag]) -> list[str]:
    """What is wrong with the tags of a field, those from outside included."""
    count = len(one.tags) + len(given)
    return [f"{place}.{one.attribute}: {count} tags on one field, keep one"] if count > 1 else []


def unknown_column(place: str, path: tuple[str, ...], known: Iterable[str]) -> str:
    """What is wrong with a tag from outside that met no field."""
    shown = ".".join(path)
    hint = nearest(shown, known) or ", add the field or leave its tag out"
    return f"{place}: a tag for `{shown}`, which is no column{hint}"
