"""Decorated classes are datasets; their annotated fields are the columns."""

from __future__ import annotations

import dataclasses
import pickle
from typing import Annotated, ClassVar, Generic, NamedTuple, NotRequired, Optional, TypedDict, TypeVar

import attrs
import pydantic
import pytest
import typing_extensions

import classify
from classify.catalog import Catalog, Column
from classify.declare import Tag, dataset
from classify.errors import UsageError
from classify.labels import DEFAULT_SCHEME, Scheme

Ssn = Annotated[str, Tag("restricted", "pii.ssn")]
_T = TypeVar("_T")


def shown(columns: tuple[Column, ...]) -> dict[str, object]:
    """The labels by name; of a column with fields, its own and theirs."""
    return {
        str(column.name): (str(column.label), shown(column.fields)) if column.fields else str(column.label)
        for column in columns
    }


def columns_of(declared: type, scheme: Scheme | None = None) -> dict[str, object]:
    known = Catalog.of(declared, scheme=scheme) if scheme is not None else Catalog.of(declared)
    return shown(known.datasets[0].columns)


EXPECTED = {"id": "internal @us", "email": "confidential pii.email @us", "ssn": "restricted pii.ssn @us"}


@dataset("app.users", label="internal", residency="us")
@attrs.frozen
class AttrsUser:
    id: int
    email: Annotated[str, Tag("confidential", "pii.email")]
    ssn: Ssn | None
    table: ClassVar[str] = "users"


@attrs.define
@dataset("app.users", label="internal", residency="us")
class InnerUser:
    id: int
    email: Annotated[str, Tag("confidential", "pii.email")]
    ssn: Ssn


@dataset("app.users", label="internal", residency=["us"])
@dataclasses.dataclass(frozen=True, slots=True)
class DataUser:
    id: int
    email: Annotated[str, Tag("confidential", "pii.email")]
    ssn: Optional[Ssn] = None  # noqa: UP045  # the older spelling is found as well
    table: ClassVar[str] = "users"


@dataset("app.users", label="internal", residency="us")
class PlainUser:
    id: int
    email: Annotated[str, Tag("confidential", "pii.email")]
    ssn: Annotated[Annotated[str, "a note"], Tag("restricted", "pii.ssn"), 3]
    table: ClassVar[str] = "users"


@dataset("app.users", label="internal", residency="us")
class DictUser(TypedDict):
    id: int
    email: NotRequired[Annotated[str, Tag("confidential", "pii.email")]]
    ssn: Ssn


@dataset("app.users", label="internal", residency="us")
class TupleUser(NamedTuple):
    id: int
    email: Annotated[str, Tag("confidential", "pii.email")]
    ssn: Ssn


@dataset("app.users", label="internal", residency="us")
@dataclasses.dataclass(frozen=True)
class ChildUser(DataUser):
    nick: str = ""


@pytest.mark.parametrize("declared", [AttrsUser, InnerUser, DataUser, PlainUser, DictUser, TupleUser])
def test_every_kind_of_class_can_be_declared(declared: type) -> None:
    (found,) = Catalog.of(declared).datasets
    assert (str(found.name), str(found.label)) == ("app.users", "internal @us")
    assert found.place == f"{__name__}.{declared.__qualname__}"
    assert columns_of(declared) == EXPECTED


def test_inherited_fields_come_first() -> None:
    assert list(columns_of(ChildUser).items()) == [*EXPECTED.items(), ("nick", "internal @us")]


def test_the_class_stays_what_it_was() -> None:
    user = AttrsUser(1, "a@b.c", None)
    assert pickle.loads(pickle.dumps(user)) == user
    assert DataUser(1, "a@b.c").table == "users"


def test_without_a_label_untagged_columns_have_the_schemes_default() -> None:
    @dataset("t")
    class Bare:
        id: int
        name: Annotated[str, Tag("low", residency=("eu", "ch"))]

    assert columns_of(Bare, Scheme(("low", "high"), "high")) == {"id": "high", "name": "low @ch,eu"}


@attrs.frozen
class Place:
    country: Annotated[str, Tag("public")]
    street: Annotated[str, Tag("restricted", "pii.address")]
    floor: int


@dataset("app.devices", label="public")
@dataclasses.dataclass
class Device:
    model: str
    token: Annotated[str, Tag("restricted", "credential", residency="eu")]


@attrs.frozen
class Page(Generic[_T]):
    secret: Annotated[str, Tag("restricted")]


def test_nested_classes_are_nested_fields() -> None:
    @dataset("app.users", label="internal", residency="us")
    class User:
        home: Place
        work: Annotated[Place | None, Tag("confidential")]
        devices: list[Device]
        mine: Annotated[dict[str, Device], Tag("confidential")]
        page: Page[int]
        plain: list[dict[str, int]]

    place = {"country": "public @us", "street": "restricted pii.address @us"}
    token = "restricted credential @eu"
    assert columns_of(User) == {
        "home": ("internal @us", {**place, "floor": "internal @us"}),
        "work": ("confidential @us", {**place, "floor": "confidential @us"}),
        "devices": ("internal @us", {"model": "public @us", "token": token}),
        "mine": ("confidential @us", {"model": "confidential @us", "token": token}),
        "page": ("internal @us", {"secret": "restricted @us"}),
        "plain": "internal @us",
    }


def test_a_value_of_several_classes_is_as_high_as_all_of_them() -> None:
    @attrs.frozen
    class Card:
        owner: Annotated[str, Tag("internal", "pii.name")]
        number: Annotated[str, Tag("restricted", "finance.card")]

    @attrs.frozen
    class Transfer:
        owner: Annotated[str, Tag("confidential", "finance")]

    @dataset("pay.payments", label="public")
    class Payment:
        means: Card | Transfer

    assert columns_of(Payment) == {
        "means": ("public", {"owner": "confidential finance pii.name", "number": "restricted finance.card"})
    }


@dataset("app.nodes", label="internal")
@attrs.frozen
class Node:
    secret: Annotated[str, Tag("restricted")]
    parent: Node | None
    later: Later


@attrs.frozen
class Later:
    name: Annotated[str, Tag("confidential")]
    back: Node


def test_a_class_may_name_itself_and_one_that_comes_later() -> None:
    assert columns_of(Node) == {
        "secret": "restricted",
        "parent": "internal",
        "later": ("internal", {"name": "confidential", "back": "internal"}),
    }


def test_a_type_that_is_not_there_is_a_problem_when_classes_are_collected() -> None:
    @dataset("t")
    class Broken:
        id: Missing  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(UsageError, match=r"Broken: name 'Missing' is not defined, import it at run time too\Z"):
        Catalog.of(Broken)


def test_unknown_levels_and_categories_are_reported_at_once_when_classes_are_collected() -> None:
    @dataset("t", label="intern")
    class One:
        a: Annotated[str, Tag("restrictd")]
        b: Annotated[str, Tag("high", "pii ssn")]

    @dataset("u")
    class Two:
        a: Annotated[Place, Tag("secret")]

    with pytest.raises(UsageError) as caught:
        Catalog.of(One, Two, scheme=Scheme(("low", "high"), "high"))
    start = f"{__name__}.test_unknown_levels_and_categories_are_reported_at_once_when_classes_are_collected.<locals>"
    assert str(caught.value).splitlines() == [
        f"{start}.One: unknown level `intern`, expected one of low, high",
        f"{start}.One.a: unknown level `restrictd`, expected one of low, high",
        f"{start}.One.b: `pii ssn` is no category, expected words joined by dots, as `pii.ssn`",
        f"{start}.Two.a: unknown level `secret`, expected one of low, high",
        f"{__name__}.Place.country: unknown level `public`, expected one of low, high",
        f"{__name__}.Place.street: unknown level `restricted`, expected one of low, high",
    ]


def test_two_tags_on_one_field_are_refused_at_once() -> None:
    with pytest.raises(UsageError, match=r"Twice\.ssn: 2 tags on one field, keep one\Z"):

        @dataset("t")
        class Twice:
            ssn: Annotated[Ssn, Tag("internal")]


def test_two_tags_that_are_seen_late_are_refused_late() -> None:
    @dataset("t")
    class Twice:
        ssn: Annotated[dict[str, Ssn], Tag("internal")]
        later: Latest

    class Latest:
        pass

    vars_of_module = globals()
    vars_of_module["Latest"] = Latest
    try:
        with pytest.raises(UsageError, match=r"Twice\.ssn: 2 tags on one field, keep one\Z"):
            Catalog.of(Twice)
    finally:
        del vars_of_module["Latest"]


@pytest.mark.parametrize("name", ["", "a..b", 'a"b', "a.b.c.d"])
def test_a_bad_name_is_refused_at_once(name: str) -> None:
    with pytest.raises(UsageError):
        dataset(name)


def test_what_is_no_class_is_refused() -> None:
    with pytest.raises(UsageError, match="dataset `t` is declared on function, expected a class"):
        dataset("t")(test_what_is_no_class_is_refused)  # type: ignore[type-var]


def test_a_class_without_annotations_is_refused_when_collected() -> None:
    @dataset("t")
    class Empty:
        pass

    with pytest.raises(UsageError, match=r"Empty: no annotated fields, add one for each column\Z"):
        Catalog.of(Empty)


def test_an_annotation_that_raises_is_one_line() -> None:
    with pytest.raises(UsageError, match=r"Wrong` has an annotation that cannot be evaluated: division by zero\Z"):

        @dataset("t")
        class Wrong:
            id: Annotated[int, 1 / 0]


def test_tags_are_values() -> None:
    tag = Tag("confidential", "pii.email", residency="eu")
    assert tag == Tag("confidential", "pii.email", residency=["eu"])
    assert tag != Tag("confidential", "pii.email")
    assert tag != "confidential"
    assert len({tag, Tag("confidential", "pii.email", residency="eu")}) == 1
    assert repr(tag) == "Tag('confidential', 'pii.email', residency=('eu',))"
    assert repr(Tag("public")) == "Tag('public')"


def test_a_tag_of_something_else_is_refused() -> None:
    with pytest.raises(UsageError, match="a tag takes a level and categories as texts"):
        Tag(3)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(UsageError, match="a tag takes a level and categories as texts"):
        Tag("public", "")
    with pytest.raises(UsageError, match="tag `public`: expected a residency or several as texts"):
        Tag("public", residency=[None])  # type: ignore[list-item]
    with pytest.raises(UsageError, match="dataset `t`: expected a residency or several as texts"):
        dataset("t", residency=[""])


def test_the_analyser_sees_what_is_declared() -> None:
    catalog = Catalog.of(AttrsUser)
    exposure = classify.analyse("select id from app.users where ssn like '1%'", catalog, dialect="postgres")
    assert str(exposure.label) == "restricted pii.ssn @us"


@dataclasses.dataclass
class Slice(Generic[_T]):
    items: list[_T]
    total: int


@attrs.frozen
class Owner:
    name: Annotated[str, Tag("public")]
    ssn: Ssn


class OwnerSlice(Slice[Owner]):
    pass


_OWNER = {"name": "public", "ssn": "restricted pii.ssn"}


def test_a_generic_class_has_the_fields_of_what_it_is_given() -> None:
    @dataset("t", label="internal")
    @dataclasses.dataclass
    class Answer:
        page: Slice[Owner]
        derived: OwnerSlice
        twice: Slice[Slice[Owner]]
        bare: Slice  # type: ignore[type-arg]  # what it holds nobody says
        flat: Slice[Ssn]

    page = ("internal", {"items": ("internal", _OWNER), "total": "internal"})
    assert columns_of(Answer) == {
        "page": page,
        "derived": page,
        "twice": ("internal", {"items": page, "total": "internal"}),
        "bare": ("internal", {"items": "internal", "total": "internal"}),
        "flat": ("restricted pii.ssn", {"items": "restricted pii.ssn", "total": "restricted pii.ssn"}),
    }


def test_a_generic_class_that_grows_without_an_end_is_refused() -> None:
    @dataclasses.dataclass
    class Grown(Generic[_T]):
        value: _T
        below: Grown[list[_T]]

    @dataset("t")
    @dataclasses.dataclass
    class Tree:
        top: Grown[int]

    with pytest.raises(UsageError, match="nests itself with other arguments each time"):
        Catalog.of(Tree)


def test_a_model_is_called_as_pydantic_calls_it() -> None:
    class Card(pydantic.BaseModel):
        number: Ssn = pydantic.Field(alias="card-no")
        owner_name: str = pydantic.Field(serialization_alias="ownerName", default="")

        @pydantic.computed_field(alias="lastFour")  # type: ignore[prop-decorator]  # as pydantic shows it
        @property
        def last_four(self) -> Annotated[str, Tag("confidential")]:
            return self.number[-4:]

    class Answer(pydantic.BaseModel, Generic[_T]):
        data: list[_T]

    @dataset("t", label="internal")
    class Wallet(pydantic.BaseModel):
        cards: Answer[Card]
        main: Card | None = None

    card = {'"card-no"': "restricted pii.ssn", "ownerName": "internal", "lastFour": "confidential"}
    assert columns_of(Wallet) == {"cards": ("internal", {"data": ("internal", card)}), "main": ("internal", card)}
    known = Card.model_json_schema(mode="serialization")["properties"]
    assert [name.strip('"') for name in card] == list(known)


def test_a_tag_names_the_column() -> None:
    @dataset("t", label="internal")
    class Row:
        card: Annotated[str, Tag("restricted", column="card_no")]

    assert columns_of(Row) == {"card_no": "restricted"}
    assert repr(Tag("restricted", column="card_no")) == "Tag('restricted', column='card_no')"
    assert Tag("restricted", column="card_no") != Tag("restricted")

    @dataset("t")
    class Twice:
        card: Annotated[str, Tag("restricted", column="id")]
        id: int

    with pytest.raises(UsageError, match="is called `id` as `card` is"):
        Catalog.of(Twice)


def test_somebody_elses_class_is_tagged_from_outside() -> None:
    @dataclasses.dataclass
    class Foreign:
        id: int
        owner: Owner
        place: Place

    tags: dict[str, str | Tag] = {"id": "public", "owner.name": Tag("confidential", "pii"), "place.floor": "restricted"}
    mark = dataset("t", label="internal", columns=tags)
    with pytest.raises(UsageError, match=r"Owner\.name: 2 tags on one field"):
        Catalog.of(mark(Foreign))
    del Foreign.__classify_dataset__  # type: ignore[attr-defined]  # what the decorator put there
    del tags["owner.name"]
    found = columns_of(dataset("t", label="internal", columns=tags)(Foreign))
    assert found["id"] == "public"
    assert found["place"] == (
        "internal",
        {"country": "public", "street": "restricted pii.address", "floor": "restricted"},
    )
    assert dataset("t", label="internal", columns=tags)(Foreign) is Foreign  # again, as a notebook's cell does
    with pytest.raises(UsageError, match="Foreign` is declared already"):
        dataset("u", columns=tags)(Foreign)


def test_tags_from_outside_count_where_the_class_is_nested() -> None:
    @dataclasses.dataclass
    class Theirs:
        phone: str
        owner: int

    @dataset("t", label="public")
    @dataclasses.dataclass
    class Row:
        first: Theirs
        second: list[Theirs]

    dataset("theirs", label="internal", columns={"phone": "restricted"})(Theirs)
    theirs = {"phone": "restricted", "owner": "internal"}
    assert columns_of(Row) == {"first": ("public", theirs), "second": ("public", theirs)}


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"nam": "public"}, r"Owner: a tag for `nam`, which is no column \(did you mean `name`\?\)"),
        ({"name": "public"}, r"Owner\.name: 2 tags on one field"),
        ({"name": 3}, "column `name`: expected a level or a Tag, found int"),
    ],
)
def test_a_tag_from_outside_that_fits_nothing_is_refused_at_once(columns: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        dataset("t", columns=columns)(Owner)


def test_a_nested_tag_from_outside_that_fits_nothing_is_refused_when_collected() -> None:
    @dataset("t", columns={"owner.nam": "public"})
    @dataclasses.dataclass
    class Row:
        owner: Owner

    with pytest.raises(
        UsageError, match=r"a tag for `owner\.nam`, which is no column \(did you mean `owner\.name`\?\)"
    ):
        Catalog.of(Row)


def test_with_a_scheme_a_bad_level_is_refused_at_once() -> None:
    with pytest.raises(UsageError, match=r"Row\.id: unknown level `secret`"):

        @dataset("t", scheme=DEFAULT_SCHEME)
        class Row:
            id: Annotated[int, Tag("secret")]


def test_models_and_dicts_without_tags_are_nested_too() -> None:
    class Meta(typing_extensions.TypedDict):
        token: str

    class Inner(pydantic.BaseModel):
        id: int

    @dataset("t", label="internal", columns={"inner.id": "restricted", "meta.token": "confidential"})
    @dataclasses.dataclass
    class Row:
        inner: Inner
        meta: Meta

    assert columns_of(Row) == {
        "inner": ("internal", {"id": "restricted"}),
        "meta": ("internal", {"token": "confidential"}),
    }


def test_a_model_may_name_what_comes_later() -> None:
    @dataset("t", label="internal")
    class Early(pydantic.BaseModel):
        later: LaterModel | None = None  # type: ignore[name-defined]  # noqa: F821  # it comes later

    globals()["LaterModel"] = pydantic.create_model("LaterModel", ssn=(Ssn, ...))
    try:
        assert columns_of(Early) == {"later": ("internal", {"ssn": "restricted pii.ssn"})}
    finally:
        del globals()["LaterModel"]


def test_a_models_annotations_are_those_that_pydantic_evaluated() -> None:
    names: dict[str, object] = {"__name__": "elsewhere", "pydantic": pydantic, "Ssn": Ssn}
    exec(
        "from __future__ import annotations\nfrom typing import ClassVar\n"
        "class Base(pydantic.BaseModel):\n    shared: ClassVar[int] = 1\n    ssn: list[Ssn]\n",
        names,
    )
    del names["ClassVar"], names["Ssn"]
    base = names["Base"]
    assert isinstance(base, type)
    assert columns_of(dataset("t", label="internal")(base)) == {"ssn": "restricted pii.ssn"}


def test_classes_that_double_are_refused() -> None:
    inner: type = Owner
    for at in range(40):
        inner = dataclasses.make_dataclass(f"Level{at}", [("a", inner), ("b", inner)])
    with pytest.raises(UsageError, match="comes to more than 20000 fields"):
        Catalog.of(dataset("t")(inner))
