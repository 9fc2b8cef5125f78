"""Classes that SQLAlchemy maps: the catalog has the tables as SQLAlchemy's own metadata says."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    column_property,
    composite,
    declared_attr,
    mapped_column,
    registry,
    relationship,
)

from classify import Catalog, Tag, UsageError, analyse, dataset
from tests.unit.declare.test_declare import columns_of, shown

Pii = Annotated[str, Tag("restricted", "pii")]


class Base(DeclarativeBase):
    pass


class Stamped:
    made: Mapped[Annotated[int, Tag("public")]] = mapped_column("made_at")

    @declared_attr
    def maker(cls) -> Mapped[Annotated[str, Tag("confidential", "pii")]]:  # noqa: N805  # as SQLAlchemy wants it
        return mapped_column("made_by")


@dataset(label="internal")
class Customer(Stamped, Base):
    __tablename__ = "customers"
    __table_args__ = {"schema": "crm"}  # noqa: RUF012  # as SQLAlchemy wants it
    __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012
    id: Mapped[int] = mapped_column(primary_key=True)
    card: Mapped[Pii] = mapped_column("card_no")
    legacy = mapped_column(sa.String, info={"classify": Tag("confidential")})
    untagged = mapped_column(sa.String)
    kind: Mapped[str]
    lines: Mapped[list[Line]] = relationship(back_populates="customer")


class Vip(Customer):
    """A class of the same table, made after that was declared."""

    __mapper_args__ = {"polymorphic_identity": "vip"}  # noqa: RUF012
    phone: Mapped[Pii | None]


@dataset()
class Line(Base):
    __tablename__ = "Lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[Annotated[int, Tag("internal")]] = mapped_column(sa.ForeignKey("crm.customers.id"))
    customer: Mapped[Customer] = relationship(back_populates="lines")


@dataset()
class Special(Line):
    __tablename__ = "special"
    id: Mapped[int] = mapped_column(sa.ForeignKey("Lines.id"), primary_key=True)
    reason: Mapped[Pii]


CUSTOMERS = {
    "id": "internal",
    "card_no": "restricted pii",
    "legacy": "confidential",
    "untagged": "internal",
    "kind": "internal",
    "made_at": "public",
    "made_by": "confidential pii",
    "phone": "restricted pii",
}


def test_a_mapped_class_is_its_table() -> None:
    (found,) = Catalog.of(Customer).datasets
    assert (str(found.name), str(found.label)) == ("crm.customers", "internal")
    assert shown(found.columns) == CUSTOMERS
    assert list(CUSTOMERS) == [column.name for column in Customer.__table__.columns]


def test_names_are_quoted_where_case_counts() -> None:
    (found,) = Catalog.of(Line).datasets
    assert str(found.name) == '"Lines"'
    assert shown(found.columns) == {"id": "restricted", "customer_id": "internal"}


def test_a_table_of_its_own_has_its_own_columns() -> None:
    (found,) = Catalog.of(Special).datasets
    assert (str(found.name), shown(found.columns)) == ("special", {"id": "restricted", "reason": "restricted pii"})


def test_a_base_is_all_of_its_tables() -> None:
    class Other(DeclarativeBase):
        pass

    sa.Table("pairs", Other.metadata, sa.Column("a", sa.Integer), sa.Column("b", info={"classify": Tag("restricted")}))

    class Thing(Other):
        __tablename__ = "things"
        id: Mapped[Annotated[int, Tag("public")]] = mapped_column(primary_key=True)

    assert Thing.__table__ is not None
    dataset(label="internal", residency="us")(Other)
    found = {str(one.name): shown(one.columns) for one in Catalog.of(Other).datasets}
    assert found == {"pairs": {"a": "internal @us", "b": "restricted @us"}, "things": {"id": "public @us"}}


def test_a_base_without_tables_is_refused() -> None:
    class Empty(DeclarativeBase):
        pass

    dataset()(Empty)
    with pytest.raises(UsageError, match="no tables yet, import the modules"):
        Catalog.of(Empty)
    with pytest.raises(UsageError, match="stands for several tables"):
        dataset("app.all")(Empty)


def test_classes_that_are_mapped_by_hand() -> None:
    class Plain:
        id: Annotated[int, Tag("public")]
        secret: Any

    known = registry()
    table = sa.Table(
        "plain",
        known.metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("secret", sa.String, info={"classify": Tag("restricted")}),
    )
    known.map_imperatively(Plain, table)
    assert columns_of(dataset()(Plain)) == {"id": "public", "secret": "restricted"}


email = Annotated[str, Tag("restricted")]


def test_an_attribute_may_be_called_as_the_alias_in_its_annotation() -> None:
    class Own(DeclarativeBase):
        pass

    class Row(Own):
        __tablename__ = "rows"
        id: Mapped[int] = mapped_column(primary_key=True)
        email: Mapped[email]

    assert columns_of(dataset(label="public")(Row)) == {"id": "public", "email": "restricted"}


def test_what_is_no_tag_in_info_is_refused() -> None:
    class Own(DeclarativeBase):
        pass

    class Wrong(Own):
        __tablename__ = "wrong"
        id: Mapped[int] = mapped_column(primary_key=True, info={"classify": "public"})

    with pytest.raises(UsageError, match=r"Wrong\.id: expected a Tag as info\[\"classify\"\], found 'public'"):
        dataset()(Wrong)


def test_a_tag_at_what_is_no_column_is_refused() -> None:
    @dataclasses.dataclass
    class Point:
        x: int
        y: int

    class Own(DeclarativeBase):
        pass

    class Spot(Own):
        __tablename__ = "spots"
        id: Mapped[int] = mapped_column(primary_key=True)
        at: Mapped[Annotated[Point, Tag("restricted")]] = composite(Point, mapped_column("x"), mapped_column("y"))

    with pytest.raises(UsageError, match=r"Spot\.at: a tag at what is no column of `spots`"):
        dataset()(Spot)

    class Line(Own):
        __tablename__ = "lines"
        id: Mapped[int] = mapped_column(primary_key=True)
        three: Mapped[Annotated[int, Tag("restricted")]] = column_property(sa.literal(3))

    with pytest.raises(UsageError, match=r"Line\.three: a tag at what is no column of `lines`"):
        dataset()(Line)


def test_two_classes_of_one_table_agree_or_are_refused() -> None:
    class Own(DeclarativeBase):
        pass

    class First(Own):
        __tablename__ = "both"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[Annotated[str, Tag("restricted")]]

    class Second(Own):
        __table__ = First.__table__
        name: Mapped[Annotated[str, Tag("public")]]

    assert Second.__table__ is First.__table__
    with pytest.raises(UsageError, match="2 tags on one field"):
        dataset()(First)


def test_queries_that_the_orm_makes_are_resolved() -> None:
    catalog = Catalog.of(Customer, Line, Special)
    text = str(sa.select(Customer.card, Line.id).join(Customer.lines).compile())
    exposure = analyse(text, catalog, dialect="postgres")
    assert not exposure.unresolved
    assert {"crm.customers.card_no", '"Lines".id'} <= {read.column for read in exposure.reads}


def test_only_a_mapped_class_needs_no_name() -> None:
    with pytest.raises(UsageError, match="mapped to no table that it could be called after"):
        dataset()(Stamped)
