"""A small web service whose endpoints have ceilings of their own: `python docs/examples/service.py 8000`.

Only the standard library serves; the queries go through a guarded engine of SQLAlchemy.
"""

from __future__ import annotations

import json
import sys
import tempfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import classify
from classify import Catalog, QueryRefused

catalog = Catalog.from_mapping(
    {
        "users": {"id": "internal", "country": "public", "email": "confidential", "ssn": "restricted"},
    }
)


def make_engine() -> sa.Engine:
    """An engine with a few users, whose queries may touch confidential data at most."""
    engine = sa.create_engine(f"sqlite:///{Path(tempfile.mkdtemp()) / 'users.db'}")
    with engine.begin() as connection:
        connection.execute(sa.text("create table users (id integer, country text, email text, ssn text)"))
        connection.execute(sa.text("insert into users values (1, 'us', 'ann@example.org', '1'), (2, 'de', 'b@x', '2')"))
    return classify.guard(engine, catalog, ceiling="confidential", who="service")


engine = make_engine()


@classify.ceiling("public", purpose="statistics")
def countries(_: dict[str, str]) -> Any:
    """How many users each country has."""
    query = sa.text("select country, count(*) from users group by country order by country")
    with engine.connect() as connection:
        return dict(row._tuple() for row in connection.execute(query))


@classify.ceiling("confidential", purpose="support")
def user(arguments: dict[str, str]) -> Any:
    """One user, with the columns that the caller asks for."""
    columns = ", ".join(name for name in arguments.get("columns", "id").split(",") if name.isidentifier())
    query = sa.text(
        f"select {columns or 'id'} from users where id = :id"
    )  # classify: allow[CLS203] reason="the guard reads it"
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(query, {"id": arguments.get("id", "1")})]


ENDPOINTS = {"/countries": countries, "/user": user}


class Handler(BaseHTTPRequestHandler):
    """Answers with JSON; what is above an endpoint's ceiling is forbidden, and the answer says why."""

    def do_GET(self) -> None:
        path, _, rest = self.path.partition("?")
        arguments = dict(part.split("=", 1) for part in rest.split("&") if "=" in part)
        if path not in ENDPOINTS:
            self.answer(404, {"error": "no such endpoint"})
            return
        try:
            self.answer(200, ENDPOINTS[path](arguments))
        except QueryRefused as refused:
            self.answer(403, {"error": str(refused).splitlines()[0]})

    def answer(self, status: int, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Nothing: addresses hold what was asked."""


class Server(ThreadingHTTPServer):
    """One thread for each request; so many may wait."""

    request_queue_size = 128


if __name__ == "__main__":
    server = Server(("127.0.0.1", int(sys.argv[1])), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
