"""The programs in `docs/examples`, run as their readers would."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "examples"


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """The address of the web service."""
    process = subprocess.Popen([sys.executable, str(EXAMPLES / "service.py"), "0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def _get(address: str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with contextlib.closing(error):
            return error.code, json.load(error)


def test_the_endpoints_of_the_service_have_ceilings_of_their_own(service: str) -> None:
    assert _get(f"{service}/countries") == (200, {"de": 1, "us": 1})
    assert _get(f"{service}/user?id=1&columns=id,email") == (200, [{"id": 1, "email": "ann@example.org"}])
    status, body = _get(f"{service}/user?id=1&columns=id,ssn")
    assert (status, "`users.ssn` (identity)" in body["error"]) == (403, True)
    assert "above the ceiling confidential" in body["error"]
    assert _get(f"{service}/nothing")[0] == 404


def test_the_service_under_load(service: str) -> None:
    asked = [("id", 200), ("email", 200), ("ssn", 403)] * 20
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda one: _get(f"{service}/user?id=2&columns={one[0]}")[0], asked))
    assert found == [status for _, status in asked]


def test_a_model_is_told_what_it_may_ask_instead() -> None:
    async def main() -> None:
        parameters = StdioServerParameters(command=sys.executable, args=[str(EXAMPLES / "mcp_server.py")])
        async with Client(parameters) as client:
            assert [tool.name for tool in (await client.list_tools()).tools] == ["run_sql"]
            allowed = await client.call_tool("run_sql", {"sql": "select id, country from users where id = 1"})
            assert not allowed.is_error
            assert allowed.structured_content == {"columns": ["id", "country"], "rows": [[1, "us"]]}
            refused = await client.call_tool("run_sql", {"sql": "select ssn from users where id = 1"})
            assert refused.is_error
            told = " ".join(getattr(one, "text", "") for one in refused.content)
            assert "`users.ssn` (identity)" in told
            assert "Of users these columns are within the ceiling: id, country." in told
            failed = await client.call_tool("run_sql", {"sql": "delete from users where id = 1"})
            assert failed.is_error

    asyncio.run(main())
