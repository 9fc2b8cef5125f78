"""`classify policy` from end to end, on the sample warehouse's policy and on small ones."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.unit.cli.program import classify

ROOT = Path(__file__).resolve().parents[3]
OWN = ("schemas/policy.yaml", "--groups", "schemas/groups.yaml")
CASES = "schemas/policy-cases.yaml"
EMAIL = "select email from app.accounts"


def run(*arguments: str, status: int, folder: Path = ROOT) -> str:
    found = classify(folder, "policy", *arguments)
    assert (found.returncode, "Traceback" in found.stderr) == (status, False), found
    return found.stdout if status < 2 else found.stderr


def test_the_sample_policy_holds_what_it_promises() -> None:
    assert run("validate", *OWN, status=0) == ""
    assert run("test", OWN[0], CASES, *OWN[1:], status=0) == "20 of 20 cases hold\n"


def test_a_case_that_does_not_hold_is_told_with_the_decision(tmp_path: Path) -> None:
    text = (ROOT / CASES).read_text().replace("expect: allow\n    rules: [staff-public]", "expect: deny")
    (tmp_path / "cases.yaml").write_text(text.replace("missing: 1", "missing: 0", 1))
    said = run("test", OWN[0], str(tmp_path / "cases.yaml"), *OWN[1:], status=1).splitlines()
    assert "cases.yaml:4:5: anyone here reads what is public: expected deny, found allow" in said[0]
    assert said[1:3] == ["  allow", "    allow by staff-public: public @eu,us (app.accounts, app.accounts.handle)"]
    assert any("one person is not two: expected 0 people who have yet to agree, found 1" in line for line in said)
    assert said[-1] == "18 of 20 cases hold"
    found = json.loads(run("test", OWN[0], str(tmp_path / "cases.yaml"), "--format", "json", status=1))
    assert (found["cases"], [one["decision"]["decision"] for one in found["failed"]]) == (
        20,
        ["allow", "needs_approval"],
    )


def test_a_decision_is_explained_rule_by_rule() -> None:
    facts = ("--requester", "ines", "--region", "de", "--employment", "staff", "--clearance", "restricted")
    said = run("explain", *OWN[:1], EMAIL, *facts, "--purpose", "fraud", "--execution", "us-east", status=1)
    lines = said.splitlines()
    assert lines[0] == "needs approval: 2 of us-security in us; a reference: ticket"
    assert "  require us-confidential-abroad: met by app.accounts.email" in lines
    assert "  allow staff-internal: not met, purpose is fraud" in lines
    assert "  require vendors-by-their-manager: not met, employment is staff" in lines
    assert "  deny unread: not met, employment is staff; the query was understood" in lines
    found = json.loads(run("explain", *OWN[:1], EMAIL, *facts, "--format", "json", status=1))
    assert found["decision"] == "deny"  # nobody said where it runs
    assert {one["rule"] for one in found["rules"] if one["met"]} >= {"us-data-is-processed-in-the-us", "cleared"}
    public = ("--employment", "staff", "--group", "on-call", "--reference", "ticket=SEC-1")
    assert run("explain", OWN[0], "select handle from app.accounts", *public, status=0).startswith("allow\n")


def test_two_policies_are_held_against_each_other(tmp_path: Path) -> None:
    text = (ROOT / OWN[0]).read_text()
    three = text.replace(
        "[{count: 2, groups: [us-security], region: us}]", "[{count: 3, groups: [us-security], region: us}]"
    )
    (tmp_path / "new.yaml").write_text(three)
    queries = tmp_path / "queries"
    queries.mkdir()
    (queries / "mail.sql").write_text(EMAIL)
    (queries / "handles.sql").write_text("select handle from app.accounts")
    more = ("--groups", OWN[2], "--execution", "us-east")
    said = run("diff", OWN[0], str(tmp_path / "new.yaml"), str(queries), *more, status=1).splitlines()
    assert {line.split(": ")[1].split(",")[0] for line in said} == {"emil", "ines"}
    assert (
        f"{queries}/mail.sql: ines, read, fraud: needs approval (2 of us-security in us; ticket) → "
        "needs approval (3 of us-security in us; ticket)"
    ) in said
    assert not any("handles" in line for line in said)
    assert run("diff", OWN[0], OWN[0], str(queries), *more, status=0) == ""
    (tmp_path / "new.yaml").write_text(text.replace("region_in: [listed]", "region_in: [de]"))
    (queries / "mail.sql").write_text("select ssn from us.identities")
    found = run("diff", OWN[0], str(tmp_path / "new.yaml"), str(queries), *more, "--format", "json", status=1)
    assert {one["new"]["decision"] for one in json.loads(found)["changed"]} == {"deny"}
    assert "no such file or folder" in run("diff", OWN[0], OWN[0], "nowhere", *more, status=2)


class _Cells(HTMLParser):
    """The cells of a page's tables, by their class."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "td":
            self.found.append(dict(attrs)["class"] or "")


def test_a_policy_is_a_table() -> None:
    facts = (
        "--residency",
        "us",
        "--region",
        "us-east",
        "--region",
        "de",
        "--region",
        "cn",
        "--clearance",
        "restricted",
    )
    said = run("matrix", OWN[0], *facts, "--purpose", "fraud", "--execution", "us-east", status=0)
    assert said.splitlines() == [
        "purpose: fraud",
        "              us-east  de                            cn",
        "public        allow    allow                         allow",
        "internal      allow    1 us-security                 1 us-security",
        "confidential  allow    2 us-security                 2 us-security",
        "restricted    allow    1 us-privacy + 2 us-security  deny",
    ]
    page = run("matrix", OWN[0], *facts, "--purpose", "fraud", "--execution", "us-east", "--format", "html", status=0)
    cells = _Cells()
    cells.feed(page)
    assert cells.found == ["allow"] * 4 + ["needs_approval"] * 2 + ["allow"] + ["needs_approval"] * 2 + [
        "allow", "needs_approval", "deny",
    ]  # fmt: skip
    assert "<title>policy.yaml: who may see what</title>" in page
    everything = run("matrix", OWN[0], status=0)
    assert everything.count("purpose: ") == 7
    assert "purpose: not known" in everything


BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")
def test_a_browser_shows_the_table(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    shown = run(
        "matrix", OWN[0], "--purpose", "fraud", "--region", "de", "--residency", "us", "--format", "html", status=0
    )
    # What the browser made of the page is written into it.
    script = """
        <script>
        const cells = [...document.querySelectorAll("td")].map(
            cell => [cell.className, cell.textContent, getComputedStyle(cell).backgroundColor]);
        document.body.dataset.found = JSON.stringify([document.title, document.compatMode, cells]);
        </script></main>"""
    page.write_text(shown.replace("</main>", script))
    command = [
        str(BROWSER),
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
    ]
    done = subprocess.run(
        [*command, "--dump-dom", page.as_uri()], capture_output=True, text=True, check=True, timeout=120
    )
    found = re.search(r'data-found="([^"]*)"', done.stdout)
    assert found is not None, done.stdout
    title, mode, cells = json.loads(html.unescape(found[1]))
    assert (title, mode) == ("policy.yaml: who may see what", "CSS1Compat")
    assert cells == [
        ["allow", "allow", "rgb(223, 243, 227)"],
        ["deny", "deny", "rgb(248, 215, 218)"],
        ["deny", "deny", "rgb(248, 215, 218)"],
        ["deny", "deny", "rgb(248, 215, 218)"],
    ]


ODD = """\
version: 1
rules:
  - {id: staff, effect: allow, when: {requester: {employment: [staff]}, action: [read]}}
  - {id: nobody, effect: deny, when: {requester: {employment: [staff, vendor]}}}
  - {id: health, effect: deny, when: {data: {categories_any: [health]}}}
  - id: two
    effect: require
    when: {}
    approvals: [{count: 3, groups: [security], region: us}]
"""


def test_what_is_odd_is_told(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(ODD)
    (tmp_path / "groups.yaml").write_text(
        "version: 1\ngroups: {security: [ann, bob]}\npeople: {ann: {region: us}, bob: {region: de}}\n"
    )
    (tmp_path / "catalog.yaml").write_text(
        "version: 1\ndatasets: [{name: t, columns: {a: {level: public, categories: [pii], residency: [eu]}}}]\n"
    )
    said = run("validate", "policy.yaml", "--groups", "groups.yaml", "-c", "catalog.yaml", status=1, folder=tmp_path)
    assert said.splitlines() == [
        "policy.yaml:3:5: `staff` allows nothing: `nobody` denies all that it meets",
        "policy.yaml:6:5: `two` asks for more people than there are: 2 of security in us too few",
        "policy.yaml:5:5: `health` names the category `health`, which no column has",
        "no rule names the residency `eu`, which columns have",
    ]
    found = json.loads(run("validate", "policy.yaml", "--format", "json", status=1, folder=tmp_path))
    assert [one["place"] for one in found["problems"]] == ["policy.yaml:3:5"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["validate", "none.yaml"], "none.yaml: cannot be read: no such file"),
        (["validate", CASES], "policy-cases.yaml"),
        (["test", OWN[0], OWN[0]], "policy.yaml"),
        (["explain", OWN[0], EMAIL, "--reference", "ticket"], "expected --reference NAME=TEXT, found `ticket`"),
        (["explain", OWN[0], EMAIL, "-d", "postgers"], "unknown dialect `postgers`"),
        (["explian", OWN[0]], "explian"),
    ],
)
def test_wrong_use_is_told(arguments: list[str], message: str) -> None:
    assert message in run(*arguments, status=2)


def test_without_a_dialect_nothing_is_guessed(tmp_path: Path) -> None:
    (tmp_path / "catalog.yaml").write_text("version: 1\ndatasets: [{name: t, columns: {a: public}}]\n")
    (tmp_path / "policy.yaml").write_text(ODD)
    said = run("explain", "policy.yaml", "select a from t", "-c", "catalog.yaml", status=2, folder=tmp_path)
    assert "no dialect, pass --dialect NAME" in said
