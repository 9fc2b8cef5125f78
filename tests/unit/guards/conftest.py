"""What the guards' tests share."""

from __future__ import annotations

import pytest

from classify import Catalog
from tests.unit.guards.shop import CATALOG


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return CATALOG
