"""The page for approvers, in a real browser, and against those for whom it is not."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from classify.access import Access, State
from tests.unit.access.office import HOUR, asked, office, query

ROOT = Path(__file__).resolve().parents[3]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SETTINGS = """\
[tool.classify]
policy = "policy.json"
groups = "groups.json"
store = "access.db"
identity = { provider = "environment" }
"""


@pytest.fixture
def access(tmp_path: Path) -> Iterator[Access]:
    found = office(tmp_path)
    yield found
    found.store.close()


@pytest.fixture
def address(tmp_path: Path, access: Access) -> Iterator[str]:
    """Where the page of Sam is, as the command prints it."""
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CLASSIFY_PRINCIPAL": "sam", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "classify", "access", "serve"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().removeprefix("open ").strip()
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def test_an_approver_reads_agrees_and_refuses(access: Access, address: str, browser: Browser) -> None:
    first = access.request(asked(), query(), reason="case <b>12</b>")
    second = access.request(asked(), query("select email from app.users where id = 5"), reason="case 13")
    page = browser.new_page()
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text))
    # A click does not wait for the page that it leads to, but what is expected does.
    expect.set_options(timeout=30_000)
    main, rows = page.locator("main"), page.locator("tr")
    page.goto(address)
    assert "key=" not in page.url
    expect(page.locator("h1")).to_have_text("Pending requests")
    expect(rows).to_have_count(3)
    page.click(f"text={first.id[:8]}")
    expect(page.locator("pre")).to_contain_text("case <b>12</b>")
    assert page.locator("main b").count() == 0
    assert "because   case <b>12</b>" in page.inner_text("pre")
    expect(main).to_contain_text("require by two: confidential (app.users.email)")
    page.fill("input[name=for]", "1h")
    page.click("button.yes")
    expect(main).to_contain_text("Agreed: sam")
    page.click("button.yes")  # once more
    expect(page.locator(".said")).to_contain_text("sam has agreed to it already")
    given = access.entry(first.id).given
    assert [(one.approval.approver.id, one.for_at_most) for one in given] == [("sam", HOUR)]
    page.click("text=Pending")
    page.click(f"text={second.id[:8]}")
    expect(page.locator("pre")).to_contain_text("case 13")
    page.click("button.no")  # without a reason nothing happens
    assert access.entry(second.id).state is State.PENDING
    page.fill("input[name=reason]", "not for this")
    page.click("button.no")
    expect(main).to_contain_text("Denied")
    expect(page.locator("form")).to_have_count(0)
    assert access.entry(second.id).state is State.DENIED
    page.click("text=History")
    expect(rows).to_have_count(3)
    page.click("text=Log")
    expect(main).to_contain_text("It is whole, and the tables say the same.")
    assert re.search(r"\n7\n", page.inner_text("pre"))
    assert [one for one in blocked if "409" not in one] == []  # the browser tells of the second try, and blocks nothing
    page.close()


def test_it_looks_like_a_page(access: Access, address: str, browser: Browser) -> None:
    access.request(asked(), query())
    page = browser.new_page()
    page.goto(address)
    assert page.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1280, "height": 800})
    assert width <= page.evaluate("document.documentElement.clientWidth")
    page.close()


class Client:
    """Somebody who speaks to the page without a browser."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.host, self.open = parts.netloc, f"{parts.path}?{parts.query}"
        self.cookie = ""

    def ask(self, method: str, place: str, body: dict[str, str] | None = None, **headers: str) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection(self.host, timeout=20)
        known = {"Host": self.host, **({"Cookie": self.cookie} if self.cookie else {}), **headers}
        connection.request(method, place, urlencode(body) if body is not None else None, known)
        answer = connection.getresponse()
        text = answer.read().decode()
        self.cookie = (answer.getheader("Set-Cookie") or self.cookie).partition(";")[0]
        assert answer.getheader("Content-Security-Policy", "").startswith("default-src 'none'") or answer.status in (
            404,
            405,
        )
        connection.close()
        return answer.status, text, answer.getheader("Location") or ""


def test_nobody_else_is_answered(access: Access, address: str) -> None:
    entry = access.request(asked(), query())
    stranger = Client(address)
    assert stranger.ask("GET", "/open?key=wrong")[0] == 403
    assert stranger.ask("GET", "/")[0] == 404
    own = Client(address)
    status, _, base = own.ask("GET", own.open)
    assert status == 303
    assert own.ask("GET", base)[0] == 200
    place = f"{base}requests/{entry.id}"
    # Who knows the address has no cookie.
    assert stranger.ask("GET", place)[0] == 403
    stranger.cookie = "classify=x"
    assert stranger.ask("POST", f"{place}/approve", {"token": "x"})[0] == 403
    # A page of the internet whose name leads to this machine has another name.
    assert own.ask("GET", base, Host="evil.example.org")[0] == 421
    token = re.search(r'name="token" value="([^"]+)"', own.ask("GET", place)[1])
    assert token is not None
    # A form of another page has no token, or another origin.
    assert own.ask("POST", f"{place}/approve", {"token": ""})[0] == 409
    forged = own.ask("POST", f"{place}/approve", {"token": token[1]}, Origin="http://evil.example.org")
    assert (forged[0], "of another page" in forged[1]) == (409, True)
    assert own.ask("GET", f"{place}/approve")[0] == 405
    assert own.ask("POST", f"{place}/deny", {"token": token[1], "reason": "x" * 20_000})[0] == 409
    assert own.ask("POST", f"{place}/approve", {"token": token[1], "for": "soon"})[0] == 409
    assert access.entry(entry.id).given == ()
    assert own.ask("POST", f"{place}/approve", {"token": token[1]}, Origin=f"http://{own.host}")[0] == 303
    assert len(access.entry(entry.id).given) == 1
    assert "there is no request" in own.ask("GET", f"{base}requests/ffffffff")[1]


def test_a_port_that_is_taken_is_told(tmp_path: Path, access: Access, address: str) -> None:
    port = urlsplit(address).port
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CLASSIFY_PRINCIPAL": "sam"}
    command = [sys.executable, "-m", "classify", "access", "serve", "--port", str(port)]
    run = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 2
    assert run.stderr.startswith(f"error: port {port} cannot be had")
