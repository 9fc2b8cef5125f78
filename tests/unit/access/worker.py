"""A process of the tests: `worker STORE FOLDER START NAME REQUEST…` approves requests as soon as a file is there."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from classify.access import Access, AccessRefused, StepRefused, Store
from classify.policy import Policy, Principal


def main(where: str, folder: str, start: str, name: str, *requests: str) -> None:
    rules = Policy.load(Path(folder) / "policy.json", groups=Path(folder) / "groups.json")
    access = Access(Store.open(where), rules)
    print("ready", flush=True)
    while not Path(start).exists():
        time.sleep(0.001)
    agreed = 0
    for request in requests:
        try:
            access.approve(request, Principal(name, identity="os"))
            agreed += 1
        except (StepRefused, AccessRefused):
            pass  # others were first
    print(agreed, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
