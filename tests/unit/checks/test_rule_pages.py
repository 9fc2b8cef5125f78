"""The example on each rule's page is a finding of that rule."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from classify.catalog import Catalog
from classify.checks import Checker, Overrides, Selection, Settings, Touch
from classify.checks.catalog_check import check_catalog
from classify.checks.rules import ALL_RULES, Rule
from classify.checks.settings import RequestSettings
from classify.labels import Scheme
from classify.policy import Policy

SCHEME = """\
version: 1
levels: [public, internal, confidential, restricted]
default: restricted
declassify:
  - {function: privacy.noisy_count, label: internal, owner: privacy, reason: the budget is kept}
"""
CATALOG = """\
version: 1
datasets:
  - name: app.users
    residency: [us]
    columns: {id: internal, country: internal, email: confidential, ssn: restricted}
  - name: mart.contacts
    residency: [us]
    columns: {email: internal}
  - name: eu_mart.contacts
    residency: [eu]
    columns: {country: internal}
  - name: app.profiles
    columns: {birth_date: restricted}
  - name: app.accounts
    columns: {email: confidential}
  - name: app.contacts
    view: select email from app.users
    dialect: postgres
    declassify: {email: {to: public, reason: asked, owner: privacy, until: 2020-01-31}}
"""
POLICY = """\
version: 1
rules:
  - {id: all, effect: allow, when: {}}
  - {id: safety-alone, effect: deny, when: {data: {level_at_least: restricted}, purpose_not: [safety]}}
  - id: abroad
    effect: require
    when: {data: {level_at_least: confidential}, requester: {outside: us}}
    approvals: [{count: 2, groups: [us-security]}]
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    (tmp_path / "scheme.yaml").write_text(SCHEME)
    (tmp_path / "catalog.yaml").write_text(CATALOG)
    return Catalog.load(tmp_path / "catalog.yaml", scheme=Scheme.load(tmp_path / "scheme.yaml"))


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)
def test_the_example_of_a_rule_is_a_finding_of_it(rule: Rule[Any, Any], catalog: Catalog, tmp_path: Path) -> None:
    example = rule.page.partition("## Example\n")[2].partition("## What to do")[0]
    block = re.search(r"```(sql|python|yaml)\n(.*?)```", example, re.DOTALL)
    assert block is not None
    settings = Settings(
        tmp_path,
        defaults=Overrides("postgres", "internal", "app"),
        touch=Touch.RESULT if 'touch = "result"' in example else Touch.ASKED,
        selection=Selection(select=("ALL",)),
        request=RequestSettings(purpose="analytics"),
    )
    if block[1] == "yaml":
        (tmp_path / "example.yaml").write_text(block[2])
        own = Catalog.load(tmp_path / "example.yaml")
        reports = check_catalog(own, settings, [])
    else:
        name = "m.py" if block[1] == "python" else "q.sql"
        (tmp_path / "policy.yaml").write_text(POLICY)
        policy = Policy.load(tmp_path / "policy.yaml", scheme=catalog.scheme)
        reports = [Checker(catalog, settings, policy=policy).check_text(block[2], tmp_path / name, name)]
    assert [problem for report in reports for problem in report.problems] == []
    assert rule.code in {finding.code for report in reports for finding in report.findings}
