"""A process of the tests: `crashing STORE FOLDER [STEP…]` kills itself between any two statements of each step.

It prints, for each step, how many statements it has; the store must be whole after each death. Where steps are named,
the others are only done.
"""

from __future__ import annotations

import datetime
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from classify.access import Access, State, Store
from classify.access.replay import verify_store
from classify.policy import Policy
from tests.unit.access.office import HOUR, asked, person, query

NAMES = iter(f"{at:032x}" for at in range(1_000_000))


def opened(where: str, folder: str) -> Access:
    return Access(Store.open(where), Policy.load(Path(folder) / "policy.json", groups=Path(folder) / "groups.json"))


def crash_at(where: str, folder: str, number: int, step: Callable[[Access], object]) -> bool:
    """Whether a step died at its statement of that number, in a process of its own."""
    child = os.fork()
    if child == 0:
        access = opened(where, folder)
        left = number

        def count(*_: Any) -> None:
            nonlocal left
            if left == 0:
                os._exit(9)
            left -= 1

        engine = access.store._engine
        sa.event.listen(engine, "after_cursor_execute", count)
        sa.event.listen(engine, "commit", count)
        step(access)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 9), code
    return code == 9


def whole(where: str, folder: str) -> Access:
    access = opened(where, folder)
    found, wrong = verify_store(access.store)
    assert (found.broken, wrong) == (None, []), (found.broken, wrong)
    return access


def main(where: str, folder: str, *wanted: str) -> None:
    counts = {}
    request = next(NAMES)
    later = datetime.datetime.now(datetime.UTC) + HOUR
    emergency = asked(environment="production", references={"incident": "I-1"})
    broken, denied, withdrawn = next(NAMES), next(NAMES), next(NAMES)
    steps: dict[str, tuple[Callable[[Access], object], Callable[[Access], bool]]] = {
        "request": (
            lambda one: one.request(asked(), query(), name=request),
            lambda one: any(entry.id == request for entry in one.entries()),
        ),
        "delegate": (lambda one: one.delegate(person("sid"), "pat", later), lambda _: True),
        "approve": (
            lambda one: one.approve(request, person("sam")),
            lambda one: len(one.entry(request).given) == 1,
        ),
        "retract": (
            lambda one: one.retract(request, person("sam")),
            lambda one: len(one.entry(request).given) == 0,
        ),
        "approve as a delegate": (
            lambda one: one.approve(request, person("pat"), acting_for="sid"),
            lambda one: len(one.entry(request).given) == 1,
        ),
        "grant": (
            lambda one: one.approve(request, person("sue")),
            lambda one: one.entry(request).state is State.GRANTED,
        ),
        "revoke": (
            lambda one: one.revoke(request, person("sid"), reason="x"),
            lambda one: one.entry(request).state is State.REVOKED,
        ),
        "break glass": (
            lambda one: one.break_glass(emergency, query(), reason="x", name=broken),
            lambda one: any(entry.id == broken for entry in one.entries()),
        ),
        "review": (
            lambda one: one.review(broken, person("sue")),
            lambda one: one.entry(broken).state is State.REVIEWED,
        ),
        "deny": (
            lambda one: (one.request(asked(), query(), name=denied), one.deny(denied, person("sam"))),
            lambda one: any(entry.id == denied and entry.state is State.DENIED for entry in one.entries()),
        ),
        "withdraw": (
            lambda one: (one.request(asked(), query(), name=withdrawn), one.withdraw(withdrawn, person("ann"))),
            lambda one: any(entry.id == withdrawn and entry.state is State.WITHDRAWN for entry in one.entries()),
        ),
    }
    for name, (step, is_done) in steps.items():
        number = 0
        done = False
        if wanted and name not in wanted:
            access = whole(where, folder)
            step(access)
            access.store.close()
            continue
        while crash_at(where, folder, number, step):
            access = whole(where, folder)
            done = name != "delegate" and is_done(access)
            access.store.close()
            if done:
                break  # it died after it was committed
            number += 1
        access = whole(where, folder)
        assert is_done(access), name
        access.store.close()
        counts[name] = number
    print(json.dumps(counts))


if __name__ == "__main__":
    main(*sys.argv[1:])
