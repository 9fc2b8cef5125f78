"""`classify catalog diff` from end to end: classes, catalog files, a real SQLite and a real PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import psycopg
import pytest

from tests.oracles.engines import postgres_programs, postgres_server
from tests.unit.cli.program import classify

_MODELS = """\
from typing import Annotated

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

import classify


class Base(DeclarativeBase):
    pass


@classify.dataset(label="internal")
class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    mail: Mapped[Annotated[str, classify.Tag("confidential")]] = mapped_column("email")
    nick: Mapped[str]


@classify.dataset(label="public")
class Country(Base):
    __tablename__ = "countries"
    code: Mapped[str] = mapped_column(primary_key=True)
"""

_CATALOG = """\
version: 1
datasets:
  - name: users
    label: internal
    columns: {id: internal, email: internal, ssn: restricted}
  - name: audit
    label: internal
    columns: {line: internal}
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/__init__.py").write_text("")
    (tmp_path / "shop/models.py").write_text(_MODELS)
    (tmp_path / "catalog.yaml").write_text(_CATALOG)
    connection = sqlite3.connect(tmp_path / "app.db")
    connection.executescript(
        "create table users (id integer, email text, ssn text, phone text); create table countries (code text);"
        "create view names as select email from users;"
    )
    connection.close()
    return tmp_path


def run(folder: Path, *arguments: str, status: int) -> str:
    found = classify(folder, "catalog", "diff", *arguments)
    assert (found.returncode, "Traceback" in found.stderr) == (status, False), found
    return found.stdout if status < 2 else found.stderr


IN_CODE_AND_FILES = """\
users.email: confidential in code, internal in the files (catalog.yaml:3:5)
users.nick: in code, not in the files (catalog.yaml:3:5)
users.ssn: in the files, not in code (catalog.yaml:3:5)
countries: in code, not in the files (shop.models.Country)
audit: in the files, not in code (catalog.yaml:6:5)
"""


def test_code_and_files(app: Path) -> None:
    assert run(app, "-m", "shop", "-c", "catalog.yaml", status=1) == IN_CODE_AND_FILES
    assert run(app, "-m", "shop", "-c", "catalog.yaml", "audit", status=1) == IN_CODE_AND_FILES.splitlines(True)[-1]
    assert run(app, "-m", "shop", "-c", "catalog.yaml", "nothing.*", status=0) == ""
    first, *_ = json.loads(run(app, "-m", "shop", "-c", "catalog.yaml", "--format", "json", status=1))["differences"]
    assert (first["between"], first["kind"], first["column"]) == (["code", "files"], "different", "email")
    assert (first["one"]["level"], first["other"]["level"]) == ("confidential", "internal")


def test_the_same_is_no_difference(app: Path) -> None:
    (app / "catalog.yaml").write_text(
        "version: 1\ndatasets:\n"
        "  - {name: users, label: internal, columns: {id: internal, email: confidential, nick: internal}}\n"
        "  - {name: countries, label: public, columns: {code: public}}\n"
    )
    assert run(app, "-m", "shop.models", "-c", "catalog.yaml", status=0) == ""


def test_a_database(app: Path) -> None:
    assert run(app, "-c", "catalog.yaml", "--database", "sqlite:///app.db", status=1) == (
        "users.phone: in the database, not in the files (catalog.yaml:3:5)\n"
        "audit: in the files, not in the database (catalog.yaml:6:5)\n"
        "main.countries: in the database, not in the files\n"
        "main.names: in the database, not in the files\n"
    )
    assert run(app, "-m", "shop", "--database", "sqlite:///app.db", "users", status=1) == (
        "users.nick: in code, not in the database (shop.models.User)\n"
        "users.ssn: in the database, not in code (shop.models.User)\n"
        "users.phone: in the database, not in code (shop.models.User)\n"
    )


@pytest.mark.skipif(postgres_programs() is None, reason="PostgreSQL's server programs are not installed")
def test_a_postgres_has_schemas_and_folds_names(app: Path) -> None:
    (app / "catalog.yaml").write_text(
        "version: 1\ndatasets:\n  - name: difference.USERS\n    label: internal\n"
        "    columns: {ID: internal, '\"Email\"': internal, ssn: restricted}\n"
    )
    with postgres_server() as folder:
        with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute("create schema difference")
            connection.execute('create table difference.users (id int, "Email" text, SSN text)')
            connection.execute("create table bare (id int)")
        url = f"postgresql+psycopg://postgres@/postgres?host={folder}"
        found = run(app, "-c", "catalog.yaml", "--database", url, status=1)
    assert found == "public.bare: in the database, not in the files\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-c", "catalog.yaml"], "nothing to compare the catalog with, pass --module MODULE or --database URL"),
        (["-m", "shop"], "no catalog to compare the classes with, pass --catalog PATH or --database URL"),
        (["-m", "nowhere", "-c", "catalog.yaml"], "module `nowhere` cannot be imported"),
        (["-m", "json", "-c", "catalog.yaml"], "no declared class in json"),
        (["-c", "catalog.yaml", "--database", "app.db"], "no URL of a database"),
        (["-c", "catalog.yaml", "--database", "nosuch://x"], "no URL of a database"),
        (["-c", "catalog.yaml", "--database", "sqlite+aiosqlite:///app.db"], "is asynchronous"),
        (["-c", "catalog.yaml", "--database", "sqlite:////no/such/folder/x.db"], "the database does not answer"),
        (["-c", "catalog.yaml", "--database", "mysql+nosuchdriver://x/y"], "no URL of a database"),
        (["-c", "catalog.yaml", "--database", "oracle+oracledb://x/y"], "the driver of this database is not installed"),
    ],
)
def test_wrong_use_is_one_line(app: Path, arguments: list[str], message: str) -> None:
    said = run(app, *arguments, status=2)
    assert message in said
    assert len(said.strip().splitlines()) == 1
