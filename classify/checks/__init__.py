"""Checks of a repository: settings, files, rules and their findings."""

from classify.checks.check import Checker, Report
from classify.checks.discover import Discovery, discover
from classify.checks.finding import Finding
from classify.checks.settings import Overrides, Selection, Settings, Touch
from classify.checks.settings_file import find_settings, load_settings

__all__ = [
    "Checker",
    "Discovery",
    "Finding",
    "Overrides",
    "Report",
    "Selection",
    "Settings",
    "Touch",
    "discover",
    "find_settings",
    "load_settings",
]
