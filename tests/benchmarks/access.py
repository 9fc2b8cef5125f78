"""What the log and the store of requests take: `python -m tests.benchmarks.access [--postgres URL] [--seconds N]`.

Events a second, from one process and from eight, one a transaction and a hundred; the verification of a million events;
and fifty people who ask and approve at once. Each of it is looked at afterwards: no event is lost, no link is broken.
Without a URL a PostgreSQL of its own is started where its programs are installed.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from classify.access import Access, AccessRefused, StepRefused, Store
from classify.access.replay import verify_store
from classify.access.tables import EVENTS
from classify.audit import GENESIS, Event, Verification
from classify.audit.merkle import leaf_hash
from classify.policy import Policy, Principal, Request
from tests.oracles.engines import postgres_programs, postgres_server
from tests.unit.access.office import CATALOG, policy, query
from tests.unit.audit.logs import AT

FIELDS: dict[str, Any] = {
    "action": "read", "purpose": "fraud", "region": "de", "region_source": "groups", "execution_region": "us-east",
    "columns": [{"name": "app.users.email", "level": "confidential", "categories": ["pii.email"], "residency": ["us"]}],
    "is_unresolved": False, "decision": "allow", "rules": ["us-internal-abroad"], "grants": ["1" * 32],
}  # fmt: skip


def append(where: str, seconds: float, batch: int) -> int:
    """How many events one process appends in some time."""
    store = Store.open(where)
    until, done = time.perf_counter() + seconds, 0
    while time.perf_counter() < until:
        with store.writing() as step:
            for _ in range(batch):
                step.journal.append("query.decided", {**FIELDS, "requester": step.journal.pseudonym("ann")})
        done += batch
    store.close()
    return done


def appends(where: str, seconds: float) -> None:
    for processes in (1, 8):
        for batch in (1, 100):
            before = _size(where)
            with multiprocessing.get_context("spawn").Pool(processes) as pool:
                done = sum(pool.starmap(append, [(where, seconds, batch)] * processes))
            assert _size(where) == before + done, "events were lost"
            print(f"  {processes} processes, {batch:3} a transaction: {done / seconds:8,.0f} events a second")
    store = Store.open(where)
    found, wrong = verify_store(store)
    assert (found.broken, wrong) == (None, [])
    store.close()


def _size(where: str) -> int:
    store = Store.open(where)
    with store.reading() as step:
        found: int = step.connection.execute(sa.select(sa.func.count()).select_from(EVENTS)).scalar_one()
    store.close()
    return found


def bodies(count: int) -> Iterator[bytes]:
    prev = GENESIS
    for seq in range(count):
        body = Event("main", seq, prev, AT, "query.decided", {**FIELDS, "requester": "p:" + "a" * 32}).body()
        prev = leaf_hash(body).hex()
        yield body


def verification(count: int) -> None:
    with tempfile.NamedTemporaryFile() as file:
        for body in bodies(count):
            file.write(body + b"\n")
        file.flush()
        began = time.perf_counter()
        found = Verification()
        with Path(file.name).open("rb") as lines:
            for line in lines:
                found.add(line.removesuffix(b"\n"))
        took = time.perf_counter() - began
    assert found.broken is None
    assert found.size == count
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"verification of {count:,} events: {took:.1f} s, {megabytes:.0f} MB in all")


def work(where: str, folder: str, number: int, seconds: float) -> list[float]:
    """One person, who asks and approves what others ask; how long each step took."""
    rules = Policy.load(Path(folder) / "policy.json", groups=Path(folder) / "groups.json")
    access = Access(Store.open(where), rules)
    me = Principal(f"p{number}", identity="os")
    asker = Principal(f"a{number}", ["on-call"], "de", "staff", identity="os")
    chance = random.Random(number)
    exposure, took = query(), []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        if chance.random() < 0.35:
            access.request(Request(asker, purpose="fraud", references={"ticket": "T-1"}), exposure)
        else:
            with access.store.reading() as step:
                rows = step.connection.exec_driver_sql(
                    "SELECT id FROM classify_requests WHERE state = 'pending' ORDER BY made_at LIMIT 20"
                ).all()
            if rows:
                with contextlib.suppress(StepRefused, AccessRefused):
                    access.approve(chance.choice(rows)[0], me)
        took.append(time.perf_counter() - began)
    access.store.close()
    return took


def fifty(where: str, seconds: float) -> None:
    people = {f"p{at}": {"region": "us", "employment": "staff"} for at in range(50)}
    askers = {f"a{at}": {"region": "de", "employment": "staff"} for at in range(50)}
    groups = {"groups": {"security": list(people), "privacy": ["p0"], "on-call": list(askers)},
              "people": {**people, **askers}}  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        policy(Path(folder), groups=groups)
        with multiprocessing.get_context("spawn").Pool(50) as pool:
            steps = pool.starmap(work, [(where, folder, at, seconds) for at in range(50)])
            took = sorted(itertools.chain.from_iterable(steps))
        access = Access(Store.open(where), policy(Path(folder), groups=groups))
        found, wrong = verify_store(access.store)
        assert (found.broken, wrong) == (None, [])
        granted = [entry for entry in access.entries() if str(entry.state) == "granted"]
        assert all(len({one.approval.approver.id for one in entry.given}) == 2 for entry in granted)
        access.store.close()
    print(
        f"  50 people for {seconds:.0f} s: {len(took) / seconds:,.0f} steps a second, "
        f"p50 {took[len(took) // 2] * 1e3:.0f} ms, p99 {took[len(took) * 99 // 100] * 1e3:.0f} ms, "
        f"{len(granted):,} granted, no update lost"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", metavar="URL", help="a database of PostgreSQL's that may be filled")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--events", type=int, default=1_000_000)
    options = parser.parse_args()
    assert CATALOG.get("app.users") is not None
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        places = {"SQLite": f"{folder}/a.db"}
        if options.postgres:
            places["PostgreSQL"] = options.postgres
        elif postgres_programs() is not None:
            socket = stack.enter_context(postgres_server())
            places["PostgreSQL"] = f"postgresql+psycopg://postgres@/postgres?host={socket}"
        for name, where in places.items():
            store = Store.at(where)
            store.migrate()
            store.close()
            print(name)
            appends(where, options.seconds)
            fifty(where, options.seconds)
    verification(options.events)


if __name__ == "__main__":
    main()
