"""An MCP server with one tool, `run_sql`: what the gate refuses is not run, and the model is told what it may ask.

`pip install 'classify-sdk[mcp]'`, then let the client start `python docs/examples/mcp_server.py`.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

import classify
from classify import Catalog

catalog = Catalog.from_mapping({"users": {"id": "internal", "country": "public", "ssn": "restricted"}})
check = classify.gate(catalog, ceiling="internal", dialect="sqlite")
server = MCPServer("warehouse")


def connect() -> sqlite3.Connection:
    """A database of its own for each call; yours would be opened for reading alone."""
    connection = sqlite3.connect(":memory:")
    connection.execute("create table users (id integer, country text, ssn text)")
    connection.execute("insert into users values (1, 'us', '078-05-1120'), (2, 'de', '219-09-9999')")
    connection.execute("pragma query_only = on")
    return connection


@server.tool(structured_output=True)
def run_sql(sql: str) -> dict[str, Any]:
    """Run one query over the table users (id, country, ssn) and return its rows."""
    verdict = check(sql)
    if not verdict:
        raise ToolError(str(verdict))
    connection = connect()
    try:
        cursor = connection.execute(sql)
        return {"columns": [one[0] for one in cursor.description or ()], "rows": cursor.fetchmany(100)}
    except sqlite3.Error as error:
        problem = type(error).__name__  # its message may quote data, and the server would log it
    finally:
        connection.close()
    raise ToolError(f"the query failed: {problem}")


if __name__ == "__main__":
    server.run("stdio")
