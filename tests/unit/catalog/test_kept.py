"""A catalog that is kept between runs is the catalog that was read."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import sys
import threading
from pathlib import Path

import pytest
from attrs import evolve

from classify import analyse, cache
from classify.cache import KeptFile
from classify.catalog import Catalog
from classify.catalog.dataset import HeldColumns
from classify.catalog.kept import keep, open_kept
from classify.errors import UsageError
from classify.labels import Scheme

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.load(SCHEMAS)


@pytest.fixture
def kept(catalog: Catalog, tmp_path: Path) -> Catalog:
    return _opened(catalog, tmp_path / "kept")


def _opened(catalog: Catalog, path: Path) -> Catalog:
    keep(catalog, str(path))
    return open_kept(str(path), catalog.scheme, lambda: catalog)


def _made(catalog: Catalog) -> set[str]:
    """The datasets that were taken out of the file."""
    return {str(one.name) for one in catalog.shelf._made.values()}  # type: ignore[attr-defined]


def test_what_is_kept_is_what_was_read(catalog: Catalog, kept: Catalog, tmp_path: Path) -> None:
    assert kept == catalog
    for one, other in zip(kept.datasets, catalog.datasets, strict=True):
        assert (one.place, one.owner, one.rows) == (other.place, other.owner, other.rows)
        assert [column.is_tagged for column in one.columns] == [column.is_tagged for column in other.columns]
    assert _opened(kept, tmp_path / "again") == catalog


def test_datasets_and_columns_are_made_where_they_are_asked_for_alone(kept: Catalog) -> None:
    exposure = analyse("select email from app.accounts", kept, dialect="postgres")
    assert exposure.label.level == "confidential"
    assert _made(kept) == {"app.accounts"}
    found = kept.find("app.sessions", dialect="postgres")
    assert isinstance(found._columns, HeldColumns)
    assert _made(kept) == {"app.accounts", "app.sessions"}


@pytest.mark.parametrize("dialect", ["postgres", "snowflake", "bigquery", "duckdb", "clickhouse"])
@pytest.mark.parametrize(
    "sql",
    [
        "select * from app.accounts",
        "select Email from App.Accounts",
        "select * from accounts",
        "select * from app.acounts",
        'select "email" from "APP"."ACCOUNTS"',
        "with accounts as (select 1 as email) select email from accounts",
        "use app; select email from accounts",
    ],
)
def test_queries_of_it_have_the_same_answers(catalog: Catalog, kept: Catalog, sql: str, dialect: str) -> None:
    assert analyse(sql, kept, dialect=dialect) == analyse(sql, catalog, dialect=dialect)


def test_so_many_names_that_they_are_asked_for_one_by_one(tmp_path: Path) -> None:
    names = [f"big.t{at}" for at in range(1_200)] + ["big.STRASSE", "other.straße", "app.Εὐφράτης"]
    read = Catalog.from_mapping({name: {"id": "internal", "v": "restricted"} for name in names})
    found = _opened(read, tmp_path / "kept")
    for sql in ("select v from big.t1100", "select id from other.STRASSE", "select id as t5 from big.t7",
                "select id from big.strasse", "select id from T7", "select v from app.εὐφράτησ"):  # fmt: skip
        for dialect in ("postgres", "snowflake", "mysql", "clickhouse"):
            assert analyse(sql, found, dialect=dialect) == analyse(sql, read, dialect=dialect)
    assert len(_made(found)) < 20
    words = found.shelf.words
    assert "t1199" in words
    assert "t1200" not in words
    assert len(words) == len(names)
    assert set(words) == set(read.shelf.keys())
    assert str(found.index("postgres").nearest("t1199x").name) == "big.t1199"  # type: ignore[union-attr]
    assert found.shelf.has_column("v")
    assert not found.shelf.has_column("w")


def test_a_kept_catalog_is_a_value(catalog: Catalog, kept: Catalog) -> None:
    assert pickle.loads(pickle.dumps(kept)) == catalog
    assert evolve(kept.datasets[0], owner="me").columns == catalog.datasets[0].columns
    assert hash(kept) == hash(catalog)
    assert evolve(kept, default_database="db").datasets == catalog.datasets


def test_one_that_is_lost_or_damaged_later_is_made_anew(catalog: Catalog, tmp_path: Path) -> None:
    path = tmp_path / "kept"
    found = _opened(catalog, path)
    found.shelf._connection.close()  # type: ignore[attr-defined]
    assert found.get("app.accounts") == catalog.get("app.accounts")
    assert found == catalog


def test_threads_make_each_dataset_once(catalog: Catalog, kept: Catalog) -> None:
    found: list[object] = []
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        found.append(tuple(map(id, kept.datasets)))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert kept == catalog


def _labels(catalog: Catalog) -> list[str]:
    return [str(analyse(f"select * from {one.name}", catalog, dialect="postgres").label) for one in catalog.datasets]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.parametrize("is_lost", [False, True])
def test_a_forked_process_goes_on_with_it(catalog: Catalog, tmp_path: Path, is_lost: bool) -> None:
    path = tmp_path / "kept"
    found = _opened(catalog, path)
    assert found.get("app.accounts")
    if is_lost:
        path.unlink()
    context = multiprocessing.get_context("fork")
    answers: multiprocessing.SimpleQueue[list[str]] = context.SimpleQueue()
    process = context.Process(target=lambda: answers.put(_labels(found)))
    process.start()
    assert answers.get() == _labels(catalog)
    process.join()


def test_what_is_no_kept_catalog_is_refused(catalog: Catalog, tmp_path: Path) -> None:
    path = tmp_path / "kept"
    for data in (b"", b"none", b"SQLite format 3\0" + bytes(200)):
        path.write_bytes(data)
        with pytest.raises(ValueError, match=r"file|about"):
            open_kept(str(path), catalog.scheme, lambda: catalog)
    path.unlink()
    keep(catalog, str(path))
    with pytest.raises(UsageError):
        open_kept(str(path), Scheme(("public",), "public"), lambda: catalog)


def test_a_file_is_kept_until_another_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLASSIFY_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "catalog"
    folder.mkdir()
    (folder / "a.yaml").write_text("a")

    def file() -> Path:
        return Path(KeptFile((str(folder),)).path)

    assert not file().exists()
    KeptFile((str(folder),)).make(lambda path: Path(path).write_text("one"))
    assert file().read_text() == "one"
    (folder / "a.yaml").write_text("b")
    assert not file().exists()
    (folder / "a.yaml").write_text("a")
    assert file().exists()
    (folder / "b.yaml").write_text("a")
    assert not file().exists()
    with pytest.raises(OSError, match="none"):
        KeptFile((str(tmp_path / "none"),))


def test_nothing_half_made_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLASSIFY_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "a.yaml").write_text("a")
    file = KeptFile((str(tmp_path / "a.yaml"),))

    def write(path: str) -> None:
        Path(path).write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        file.make(write)
    assert list((tmp_path / "cache" / "catalogs").iterdir()) == []


def test_few_files_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLASSIFY_CACHE_DIR", str(tmp_path / "cache"))
    for at in range(30):
        (tmp_path / f"{at}.yaml").write_text("x")
        KeptFile((str(tmp_path / f"{at}.yaml"),)).make(lambda path: Path(path).write_text("x"))
    assert len(list((tmp_path / "cache" / "catalogs").iterdir())) == 20


def test_a_large_file_is_read_again_once_it_was_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLASSIFY_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr("classify.cache._LARGE", 10)
    path = tmp_path / "a.yaml"
    path.write_text("a" * 20)
    new = KeptFile((str(path),)).path
    hashes = tmp_path / "cache" / "hashes"
    assert not hashes.exists()  # one of just now may change without a trace
    monkeypatch.setattr("classify.cache._TICK", 0)
    assert KeptFile((str(path),)).path == new
    [note] = hashes.iterdir()
    known = note.read_text()
    read: list[str] = []
    original = cache._read

    def noted(one: str) -> bytes:
        read.append(one)
        return original(one)

    monkeypatch.setattr("classify.cache._read", noted)
    assert KeptFile((str(path),)).path == new
    assert str(path) not in read
    stat = path.stat()
    path.write_text("b" * 20)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # as if nothing had been
    assert KeptFile((str(path),)).path != new
    path.write_text("a" * 20)
    assert KeptFile((str(path),)).path == new
    note.write_text(known[:-3])
    assert KeptFile((str(path),)).path == new
