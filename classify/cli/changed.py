"""`classify check --diff`: the same check at the merge base, and what is new since."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve

if TYPE_CHECKING:
    from classify.checks import Report
    from classify.checks.baseline import Entry
    from classify.checks.diff import Change
    from classify.checks.settings import Overrides, Selection, Settings


def has_common_ground(change: Change, settings: Settings, paths: Sequence[Path | None]) -> bool:
    """Whether what decides the findings of all files is as it was: settings, catalog, scheme and policy.

    Args:
        paths: that the command line names for them.
    """
    # A settings file that came or went may have been the nearest one, wherever it is.
    if any(path.rpartition("/")[2] == "pyproject.toml" for path in change.all_paths):
        return False
    decisive = [*paths, *settings.catalog, settings.scheme, settings.policy, settings.groups]
    return not change.touches([path for path in decisive if path is not None])


def entries_of_base(
    change: Change,
    reports: Sequence[Report],
    config: Path | None,
    catalog: tuple[Path, ...],
    scheme: Path | None,
    defaults: Overrides,
    selection: Selection,
) -> list[Entry]:
    """What the base had, as a baseline holds it, under the paths that its files have now.

    Args:
        reports: of now, whose findings are compared.
        config, catalog, scheme: as the command line names them.
        defaults, selection: of the command line.
    """
    from classify.catalog import Catalog
    from classify.checks import Checker, find_settings, load_settings
    from classify.checks.baseline import entry_of
    from classify.checks.fingerprint import locate, relative_path
    from classify.checks.parallel import check_files
    from classify.cli.options import load_policy
    from classify.errors import ClassifyError
    from classify.labels import Scheme

    here = Path.cwd().resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()

        def at_base(path: Path) -> Path:
            whole = path.resolve()
            return folder / whole.relative_to(change.root) if whole.is_relative_to(change.root) else whole

        def export(paths: Sequence[Path]) -> None:
            from classify.checks.diff import export as export_paths

            inside = [path.resolve() for path in paths if path.resolve().is_relative_to(change.root)]
            export_paths(change, [path.relative_to(change.root).as_posix() for path in inside], folder)

        files = [relative_path(report.path, change.root) for report in reports]
        before = {change.before(path): path for path in files}
        settings_files = [parent / "pyproject.toml" for parent in (here, *here.parents)]
        export([config] if config is not None else settings_files)
        export([change.root / path for path in before])
        at_base(here).mkdir(parents=True, exist_ok=True)
        try:
            settings = load_settings(at_base(config)) if config is not None else find_settings(at_base(here))
            settings = settings.with_defaults(defaults).with_selection(selection)
            named = catalog or tuple(change.root / path.relative_to(folder) for path in settings.catalog)
            export([*named, *([scheme] if scheme is not None else [])])
            others = [path for path in (settings.scheme, settings.policy, settings.groups) if path is not None]
            export([change.root / path.relative_to(folder) for path in others])
            wanted = at_base(scheme) if scheme is not None else settings.scheme
            known = Catalog.load(
                *[path for path in map(at_base, named) if path.exists()],
                scheme=Scheme.load(wanted) if wanted is not None and wanted.exists() else None,
            )
            present = [folder / path for path in before if (folder / path).is_file()]
            found = []
            policy = load_policy(settings, known.scheme)
            for report in check_files(Checker(known, settings, policy=policy), present, 0):
                path = before[Path(report.path).relative_to(folder).as_posix()]
                found += locate([evolve(report, path=str(change.root / path))], change.root)
        except ClassifyError:
            return []  # the base could not be checked, so all of now is new
        return [entry_of(one, known.scheme) for one in found]
