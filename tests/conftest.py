"""What every test shares."""

from __future__ import annotations

import os
import tempfile

import hypothesis

# What tests find clean is nobody else's business; each run begins with none.
os.environ["CLASSIFY_CACHE_DIR"] = tempfile.mkdtemp(prefix="classify-tests-")

# A shared machine is slow at times, so a slow example is no failure; and CI tries the same examples each time, so that
# a red build is about the change in it.
hypothesis.settings.register_profile("default", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "default")
