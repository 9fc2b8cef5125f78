"""The catalog and the data that the guards' tests share."""

from __future__ import annotations

from classify import Catalog

DDL = (
    "create table users (id integer primary key, name text, ssn text)",
    "create table orders (id integer primary key, user_id integer, total integer)",
    "insert into users values (1, 'Ann', '078-05-1120'), (2, 'Bob', '219-09-9999')",
    "insert into orders values (1, 1, 10), (2, 1, 20), (3, 2, 30)",
)

CATALOG = Catalog.from_mapping(
    {
        "users": {"id": "internal", "name": "internal", "ssn": "restricted"},
        "orders": {"id": "public", "user_id": "internal", "total": "internal"},
    }
)
