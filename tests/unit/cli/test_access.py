"""`classify access` and `classify audit`, as they are typed."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from classify.cli.app import run
from tests.unit.access.office import GROUPS, RULES

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = """\
[tool.classify]
catalog = ["catalog.json"]
policy = "policy.json"
groups = "groups.json"
store = "access.db"
dialect = "postgres"
identity = { provider = "environment" }
request = { environment = "production" }
"""
EMAIL = "select email from app.users"
ASK = ("access", "request", EMAIL, "--purpose", "fraud", "--reference", "ticket=T-1")


class Desk:
    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._patch = monkeypatch
        self._capsys = capsys
        references = {"ticket": "T-<digits>", "incident": "I-<digits>"}
        self.write("policy.json", json.dumps({"version": 1, "references": references, "rules": RULES}))
        self.write("groups.json", json.dumps({"version": 1, **GROUPS}))
        columns = {"id": "internal", "email": "confidential", "ssn": "restricted"}
        self.write("catalog.json", json.dumps({"version": 1, "datasets": [{"name": "app.users", "columns": columns}]}))
        self.write("pyproject.toml", SETTINGS)
        monkeypatch.chdir(folder)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def __call__(self, who: str, *arguments: str, status: int = 0) -> str:
        self._patch.setenv("CLASSIFY_PRINCIPAL", who)
        found = run(arguments)
        said = self._capsys.readouterr()
        assert found == status, said.out + said.err
        return said.out + said.err

    def request(self, *more: str, who: str = "ann") -> str:
        name: str = json.loads(self(who, *ASK, *more, "--format", "json"))["id"]
        return name


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, monkeypatch, capsys)


def test_from_a_request_to_a_grant(desk: Desk) -> None:
    name = desk.request("--reason", "case 12")
    assert f"{name[:8]}  ann  pending, missing 2 of security in us: app.users.email" in desk("sam", "access", "list")
    assert "because   case 12" in desk("sam", "access", "show", name[:6])
    desk("sam", "access", "approve", name)
    assert "granted until" in desk("sue", "access", "approve", name, "--for", "30m")
    assert name[:8] in desk("ann", "access", "grants")
    assert desk("bob", "access", "grants") == ""
    assert (
        json.loads(desk("bob", "access", "grants", "--requester", "ann", "--format", "json"))["requests"][0]["id"]
        == name
    )
    assert "revoked" in desk("sid", "access", "revoke", name, "--reason", "over")
    assert desk("ann", "access", "list", "--mine", "--state", "granted") == ""
    assert name[:8] in desk("ann", "access", "list", "--mine", "--state", "revoked")


def test_all_grants_end_at_once(desk: Desk) -> None:
    mine, other = desk.request(who="ann"), desk.request(who="bob")
    for approver in ("sam", "sue"):
        for name in (mine, other):
            desk(approver, "access", "approve", name)
    said = desk("bob", "access", "revoke", "--all", "--region", "de", status=2)
    assert f"{other[:8]}  bob  revoked" in said
    assert f"error: 1 of 2 are for others to end: {mine[:8]}" in said
    assert f"{mine[:8]}  ann  revoked" in desk("sid", "access", "revoke", "--all", "--reason", "incident")
    assert desk("sid", "access", "revoke", "--all", "--requester", "ann") == ""


def test_the_other_ways_a_request_ends(desk: Desk) -> None:
    first, second, third = desk.request(), desk.request(), desk.request()
    assert "denied" in desk("sam", "access", "deny", first, "--reason", "no")
    desk("sam", "access", "approve", second)
    assert "missing 2 of security" in desk("sam", "access", "retract", second)
    assert "withdrawn" in desk("ann", "access", "withdraw", second)
    desk("sam", "access", "delegate", "pat", "--for", "1d")
    assert "agreed: pat for sam" in desk("pat", "access", "approve", third, "--acting-for", "sam")
    desk("sam", "access", "delegate", "pat", "--end")
    kinds = [line.split()[3].rstrip(":") for line in desk("sam", "audit", "show").splitlines()]
    assert kinds == [
        "store.created", "groups.changed", "policy.changed", "request.made", "request.made", "request.made",
        "request.denied", "request.approved", "request.retracted", "request.withdrawn", "delegation.begun",
        "request.approved", "delegation.ended",
    ]  # fmt: skip


def test_glass_is_broken_and_reviewed(desk: Desk) -> None:
    said = desk(
        "ann", "access", "break-glass", EMAIL, "--purpose", "fraud", "--reference", "incident=I-1", "--reason", "down",
        "--format", "json",
    )  # fmt: skip
    found = json.loads(said)
    assert (found["state"], found["requester"]) == ("review_due", "ann")
    assert "reviewed" in desk("sue", "access", "review", found["id"], "--abuse", "--reason", "it was not down")


def test_approvals_are_signed(desk: Desk) -> None:
    public = desk("sam", "audit", "key", "example.org/sam", "sam.key").strip()
    assert (desk.folder / "sam.key").stat().st_mode & 0o077 == 0
    assert "is there already, and a key is never overwritten" in desk(
        "sam", "audit", "key", "example.org/sam", "sam.key", status=2
    )
    people = {**GROUPS["people"], "sam": {**GROUPS["people"]["sam"], "key": public}}
    desk.write("groups.json", json.dumps({"version": 1, **GROUPS, "people": people}))
    name = desk.request()
    assert "agreed: sam, signed" in desk("sam", "access", "approve", name, "--key", "sam.key")
    assert "the signature is not one of sue's" in desk("sue", "access", "approve", name, "--key", "sam.key", status=2)


def test_what_happened_is_found_by_what_it_was_about(desk: Desk) -> None:
    desk.request()
    desk("bob", *ASK)
    lines = desk("sam", "audit", "show").splitlines()
    assert len(lines) == 5

    def count(*arguments: str) -> int:
        return len(desk("sam", "audit", "show", *arguments).splitlines())

    assert (count("--person", "ann"), count("--person", "bob"), count("--kind", "policy")) == (3, 1, 1)
    assert count("--dataset", "app.users") == count("--dataset", "app.users.email") == 2
    assert count("--dataset", "app.user") == 0
    assert (count("--level", "confidential"), count("--level", "restricted")) == (2, 0)
    assert (count("--region", "de"), count("--region", "us")) == (2, 0)
    assert (count("--kind", "request"), count("--kind", "request.made"), count("--kind", "request.m")) == (2, 2, 0)
    assert (count("--since", "2020-01-01"), count("--until", "2020-01-01")) == (5, 0)
    shown = [json.loads(line) for line in desk("sam", "audit", "show", "--format", "json").splitlines()]
    assert [one.get("requester", one.get("by")) for one in shown] == [None, "ann", "ann", "ann", "bob"]
    kept = [json.loads(line) for line in desk("sam", "audit", "export").splitlines()]
    assert kept[3]["requester"].startswith("p:")
    assert "nobody called `mia` is in the log" in desk("sam", "audit", "show", "--person", "mia", status=2)


def test_an_export_is_verified_without_the_store(desk: Desk) -> None:
    name = desk.request()
    desk.write("log.jsonl", desk("sam", "audit", "export"))
    assert desk("sam", "audit", "verify", "log.jsonl") == "4 events, whole\n"
    desk.write("pub", desk("sam", "audit", "key", "example.org/us", "k"))
    desk.write("c", desk("sam", "audit", "checkpoint", "--key", "k", "--memory", "m"))
    held = ("--checkpoint", "c", "--key", "pub")
    assert desk("sam", "audit", "verify", "log.jsonl", *held) == "4 events, whole, as 1 checkpoint of others say\n"
    desk.write("cut.jsonl", desk("sam", "audit", "export").splitlines()[0] + "\n")
    assert "event 1: is missing" in desk("sam", "audit", "verify", "cut.jsonl", *held, status=1)
    connection = sqlite3.connect(desk.folder / "access.db")
    connection.execute("update classify_requests set state = 'granted', begins = made_at, ends = '2099'")
    connection.commit()
    connection.close()
    said = desk("sam", "audit", "verify", status=1)
    assert f"the request {name}: its `state` is not as the log says" in said


def test_a_restore_is_written_down(desk: Desk) -> None:
    desk("sam", "access", "restored", "--reason", "the disk died")
    last = json.loads(desk("sam", "audit", "show", "--format", "json").splitlines()[-1])
    assert (last["type"], last["by"], last["size"]) == ("store.restored", "sam", 3)


def test_a_restored_backup_is_not_signed(desk: Desk) -> None:
    desk.request()
    backup = (desk.folder / "access.db").read_bytes()
    wal = desk.folder / "access.db-wal"
    assert not wal.exists() or not wal.read_bytes()
    desk.request()
    desk("sam", "audit", "key", "example.org/us", "k")
    desk("sam", "audit", "checkpoint", "--key", "k", "--memory", "m")
    (desk.folder / "access.db").write_bytes(backup)
    assert "does not begin with the 5 that were signed last" in desk(
        "sam", "audit", "checkpoint", "--key", "k", "--memory", "m", status=2
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("access", "approve", "ffff"), "there is no request ffff"),
        (("access", "approve", "x"), "`x` is no name of a request"),
        (("access", "revoke"), "name a request, or say --all"),
        (("access", "revoke", "ffff", "--all"), "name a request, or say --all"),
        (("access", "revoke", "ffff", "--region", "de"), "--region and --requester are for --all"),
        (("access", "revoke", "--all", "--region", "d"), "nobody in the groups file is in `d`"),
        (("access", "list", "--state", "grantd"), "unknown state `grantd` (did you mean `granted`?)"),
        (("access", "request", "select a from app.nowhere"), "1:15: unknown-dataset `app.nowhere`"),
        (("access", "request", "select a from"), "syntax-error"),
        (("access", "request"), "expected a query, or --file FILE with one"),
        ((*ASK, "--for", "8"), "`8` is no duration"),
        ((*ASK, "--reference", "T-1"), "expected --reference NAME=TEXT, found `T-1`"),
        ((*ASK, "--id", "x"), "`x` is no name of a request: 32 hexadecimal digits"),
        (("access", "request", "select id from app.users"), "the policy allows it as it is"),
        (("access", "request", "copy app.users to '/tmp/x'"), "nobody can agree to it: deny"),
        (("access", "delegate", "pat"), "a delegation is for some time"),
        (("access", "list", "--store", "gone/access.db"), "gone/access.db: no folder gone, make it"),
        (("access", "migrate", "--role", "app"), "SQLite has no roles"),
        (("access", "migrate", "--origin", "a b", "--store", "new.db"), "`a b` is no name of a log"),
        (("audit", "prove", "7", "--checkpoint", "gone"), "gone: cannot be read: no such file"),
        (("audit", "verify", "--checkpoint", "x"), "a checkpoint is believed by its signature: pass --key"),
        (("audit", "verify-proof", "policy.json", "--key", "no key"), "no key: is no public key"),
        (("audit", "checkpoint", "--key", "policy.json", "--memory", "m"), "policy.json: is no private key"),
        (("audit", "key", "a b", "k"), "`a b` is no name of a key"),
    ],
)
def test_wrong_use_is_one_line(desk: Desk, arguments: tuple[str, ...], message: str) -> None:
    said = desk("ann", *arguments, status=2)
    assert message in said
    assert said.startswith("error: ")


def test_nobody_is_somebody_else(desk: Desk) -> None:
    name = desk.request()
    assert "`mia` is not in the groups file" in desk("mia", "access", "approve", name, status=2)
    desk.write("pyproject.toml", SETTINGS.replace('"environment" }\nrequest', '"oidc" }\nrequest'))
    assert "tokens need an `issuer` and an `audience`" in desk("sam", "access", "list", status=2)
    oidc = '"oidc", issuer = "https://example.org", audience = "classify" }'
    desk.write("pyproject.toml", SETTINGS.replace('"environment" }\nrequest', f"{oidc}\nrequest"))
    assert "no token, set CLASSIFY_TOKEN to one of https://example.org" in desk("sam", "access", "list", status=2)
    desk.write("pyproject.toml", SETTINGS.replace('provider = "environment"', 'provider = "enviroment"'))
    assert "unknown provider `enviroment` (did you mean `environment`?)" in desk("sam", "access", "list", status=2)


def test_without_the_extra_it_is_said(desk: Desk) -> None:
    code = (
        "import sys; sys.modules['sqlalchemy'] = None; from classify.cli.app import run; "
        "raise SystemExit(run(['access', 'list']))"
    )
    environment: dict[str, Any] = {**os.environ, "PYTHONPATH": str(ROOT), "CLASSIFY_PRINCIPAL": "ann"}
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=desk.folder, env=environment, capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stderr) == (2, "error: a store needs sqlalchemy, install `classify-sdk[access]`\n")
