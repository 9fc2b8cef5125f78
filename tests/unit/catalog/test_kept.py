"""A catalog that is kept between runs is the catalog that was read."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
from attrs import evolve

from classify import analyse
from classify.cache import KeptText
from classify.catalog import Catalog
from classify.catalog.dataset import HeldColumns
from classify.catalog.kept import dump, load
from classify.errors import UsageError
from classify.labels import Scheme

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.load(SCHEMAS)


def test_what_is_kept_is_what_was_read(catalog: Catalog) -> None:
    found = load(dump(catalog), catalog.scheme)
    assert found == catalog
    for one, other in zip(found.datasets, catalog.datasets, strict=True):
        assert (one.place, one.owner, one.rows) == (other.place, other.owner, other.rows)
        assert [column.is_tagged for column in one.columns] == [column.is_tagged for column in other.columns]
    assert dump(found) == dump(catalog)


def test_columns_are_made_where_they_are_asked_for_alone(catalog: Catalog) -> None:
    found = load(dump(catalog), catalog.scheme)

    def held() -> set[str]:
        return {str(one.name) for one in found.datasets if isinstance(one._columns, HeldColumns)}

    everything = held()
    assert len(everything) == len(found.datasets)
    exposure = analyse("select email from app.accounts", found, dialect="postgres")
    assert exposure.label.level == "confidential"
    assert everything - held() == {"app.accounts"}


def test_a_kept_catalog_is_a_value(catalog: Catalog) -> None:
    found = load(dump(catalog), catalog.scheme)
    assert pickle.loads(pickle.dumps(found)) == catalog
    assert evolve(found.datasets[0], owner="me").columns == catalog.datasets[0].columns
    assert hash(load(dump(catalog), catalog.scheme)) == hash(catalog)


@pytest.mark.parametrize("text", ["", "[]", "[[], [[]]]", '[[["nope", [], []]], []]', '{"a": 1}', "[[], 1]"])
def test_what_is_no_kept_catalog_is_refused(text: str) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, IndexError, UsageError)):
        load(text, Scheme(("public",), "public"))


def test_a_text_is_kept_until_a_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLASSIFY_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "catalog"
    folder.mkdir()
    (folder / "a.yaml").write_text("a")

    def text() -> KeptText:
        return KeptText((str(folder),))

    assert text().read() is None
    text().keep(json.dumps("one"))
    assert text().read() == '"one"'
    (folder / "a.yaml").write_text("b")
    assert text().read() is None
    (folder / "a.yaml").write_text("a")
    assert text().read() == '"one"'
    (folder / "b.yaml").write_text("a")
    assert text().read() is None
    with pytest.raises(OSError, match="regular"):
        KeptText((str(tmp_path / "none"),))


def test_few_texts_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLASSIFY_CACHE_DIR", str(tmp_path / "cache"))
    for at in range(30):
        (tmp_path / f"{at}.yaml").write_text("x")
        KeptText((str(tmp_path / f"{at}.yaml"),)).keep("x")
    assert len(list((tmp_path / "cache" / "catalogs").iterdir())) == 20
