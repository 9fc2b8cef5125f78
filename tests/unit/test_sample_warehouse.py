"""The sample warehouse: its catalog loads, and its queries have the findings that a reader would expect."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from classify.catalog import Catalog
from classify.checks import Checker, load_settings
from classify.checks.rules.rule import above
from classify.sql import analyse

if TYPE_CHECKING:
    from classify.exposure import Exposure
    from classify.labels import Level

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "schemas"
QUERIES = SCHEMAS / "queries"

# Every query that is not within its ceiling: the rules that say so, and every column above the ceiling that it touches.
OVER: dict[str, tuple[set[str], set[str]]] = {
    "ads/lookalike_reach.sql": ({"CLS101"}, {"app.devices.advertising_id", "ads.impressions.advertising_id"}),
    "analytics/playback_debug_extract.sql": ({"CLS101"}, {"media.watch_events.ip_address"}),
    "analytics/teen_watch_time.sql": ({"CLS101"}, {"app.profiles.birth_date"}),
    "finance/chargeback_watch.sql": ({"CLS101"}, {"pay.payments.card_fingerprint"}),
    "finance/cost_per_team.sql": ({"CLS101"}, {"hr.employees.salary_cents"}),
    "growth/device_mix.sql": ({"CLS101"}, {"app.devices.attributes"}),
    "growth/winback_audience.sql": ({"CLS101", "CLS103"}, {"app.accounts.email"}),
    "partners/label_statement.sql": (
        {"CLS101", "CLS103"},
        {"pay.payments.creator_id", "pay.payments.created_at", "pay.payments.status", "pay.payments.amount_cents"},
    ),
    "recommendations/nearby_creators.sql": (
        {"CLS101"},
        {"app.profiles.home_location.latitude", "app.profiles.home_location.longitude"},
    ),
    "services/payout_gate.sql": ({"CLS101"}, {"us.identities.ssn"}),
    "services/profile_card.sql": (
        {"CLS101"},
        {
            "app.profiles.birth_date",
            "app.profiles.address.street",
            "app.profiles.home_location",
            "app.profiles.home_location.latitude",
            "app.profiles.home_location.longitude",
        },
    ),
    "shop/big_spenders_by_county.sql": (
        {"CLS101"},
        {
            "tpcds.store_sales.ss_net_paid",
            "tpcds.web_sales.ws_net_paid",
            "tpcds.customer_address.ca_county",
            "tpcds.household_demographics.hd_income_band_sk",
            "tpcds.income_band.ib_income_band_sk",
            "tpcds.income_band.ib_lower_bound",
        },
    ),
    "support/verify_caller.sql": ({"CLS101"}, {"us.identities.ssn"}),
    "trust/open_case_files.sql": (
        {"CLS101"},
        {"trust.moderation_cases.evidence", "trust.moderation_cases.authority_reference"},
    ),
}

FILES = sorted(path.relative_to(QUERIES).as_posix() for path in QUERIES.rglob("*.sql"))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.load(SCHEMAS)


@pytest.fixture(scope="module")
def checker(catalog: Catalog) -> Checker:
    return Checker(catalog, load_settings(ROOT / "pyproject.toml"))


def over(exposure: Exposure, ceiling: Level) -> set[str]:
    """The columns above a ceiling that an exposure touches."""
    reads = {read.column for read in exposure.reads if above(read.label, ceiling)}
    return reads | {write.column for write in exposure.writes if above(write.label, ceiling)}


def test_the_catalog_is_as_large_as_its_description_says(catalog: Catalog) -> None:
    tables = [dataset for dataset in catalog.datasets if dataset.view is None]
    shop = [dataset for dataset in tables if str(dataset.name).startswith("tpcds.")]
    app = [dataset for dataset in tables if dataset not in shop]
    assert len(shop) == 24
    assert sum(len(dataset.columns) for dataset in shop) == 425
    assert len(app) == 23
    assert sum(len(dataset.columns) for dataset in app) == 191
    assert len(catalog.datasets) - len(tables) == 5


def test_every_level_is_used_and_several_kinds_and_regions(catalog: Catalog) -> None:
    labels = [column.label for dataset in catalog.datasets for column in dataset.columns]
    levels = Counter(str(label.level) for label in labels)
    assert set(levels) == set(catalog.scheme.names)
    assert {"eu", "us"} == {region for label in labels for region in label.residency}
    kinds = {category for label in labels for category in label.categories}
    assert {"pii.email", "pii.birth_date", "pii.location.precise", "financial.card", "content.private"} <= kinds


def test_the_shop_is_not_tagged_alike_throughout(catalog: Catalog) -> None:
    shop = {str(dataset.name): dataset for dataset in catalog.datasets if str(dataset.name).startswith("tpcds.")}
    customer = {str(column.name): str(column.label) for column in shop["tpcds.customer"].columns}
    assert customer["c_customer_sk"] == "internal pii.pseudonym"
    assert customer["c_email_address"] == "confidential pii.email"
    assert {str(column.label) for column in shop["tpcds.date_dim"].columns} == {"public"}


def test_the_queries_are_in_at_least_four_dialects(checker: Checker) -> None:
    dialects = Counter(checker.settings.of_file(QUERIES / name).dialect for name in FILES)
    assert {"postgres", "bigquery", "snowflake", "spark", "duckdb", "trino", "mysql"} == set(dialects)
    assert min(dialects.values()) >= 4


def test_the_table_names_files_that_exist() -> None:
    assert set(OVER) <= set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_query_has_the_findings_that_the_table_states(name: str, checker: Checker) -> None:
    rules, _ = OVER.get(name, (set(), set()))
    report = checker.check_file(QUERIES / name)
    assert not report.problems
    messages = [f"{finding.code} {finding.message}" for finding in report.findings]
    assert {finding.code for finding in report.findings} == rules, messages


@pytest.mark.parametrize("name", sorted(OVER))
def test_a_query_touches_the_columns_above_its_ceiling_that_the_table_states(name: str, checker: Checker) -> None:
    settings = checker.settings.of_file(QUERIES / name)
    exposure = analyse(
        (QUERIES / name).read_text(encoding="utf-8"),
        checker.catalog,
        dialect=settings.dialect or "",
        default_schema=settings.default_schema,
    )
    assert over(exposure, checker.catalog.scheme.level(settings.ceiling or "")) == OVER[name][1]


def test_a_declassified_view_gives_what_its_table_would_not(checker: Checker) -> None:
    sums = "select country, sum({}) from {} group by country"
    ceiling = checker.catalog.scheme.level("internal")
    view = analyse(sums.format("revenue_cents", "mart.revenue_by_country"), checker.catalog, dialect="snowflake")
    table = analyse(sums.format("amount_cents", "pay.payments"), checker.catalog, dialect="snowflake")
    assert not above(view.label, ceiling)
    assert str(table.label.level) == "confidential"


# Every finding in the Python of the service, by the line that it is in; all else there is within its ceiling.
SERVICE = {
    "accounts.py": {
        "SELECT * FROM accounts": ("CLS101", {"app.accounts.password_hash"}),
        "SELECT created_at FROM accounts": ("CLS101", {"app.accounts.created_at"}),
    },
    "feed.py": {
        "ORDER BY {column}": ("CLS203", {"column"}),
        "WHERE latitude BETWEEN": ("CLS101", {"app.sessions.latitude"}),
    },
}


@pytest.mark.parametrize("name", sorted(SERVICE))
def test_the_python_of_the_service_has_the_findings_that_the_table_states(name: str, checker: Checker) -> None:
    path = SCHEMAS / "service" / name
    lines = path.read_text(encoding="utf-8").splitlines()
    report = checker.check_file(path)
    assert not report.problems
    found = {
        excerpt: (finding.code, {part.name for part in finding.parts})
        for finding in report.findings
        for excerpt in SERVICE[name]
        if excerpt in lines[finding.span.start.line - 1]
    }
    assert found == SERVICE[name]
    assert len(report.findings) == len(SERVICE[name])


def test_every_text_of_the_service_is_looked_at(checker: Checker) -> None:
    texts = {name: len(checker.check_file(SCHEMAS / "service" / name).snippets) for name in SERVICE}
    assert texts == {"accounts.py": 6, "feed.py": 5}


def test_what_the_service_accepts_has_a_reason(checker: Checker) -> None:
    [(finding, suppression)] = checker.check_file(SCHEMAS / "service" / "accounts.py").suppressed
    assert [part.name for part in finding.parts] == ["app.accounts.password_hash"]
    assert suppression.reason == "the hash is compared here and nowhere else"
