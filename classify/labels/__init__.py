"""Levels, categories and residencies, and the lattice that they form."""

from classify.labels.declassify import DeclassifyingFunction
from classify.labels.label import Label
from classify.labels.level import Level
from classify.labels.scheme import DEFAULT_SCHEME, Scheme

__all__ = ["DEFAULT_SCHEME", "DeclassifyingFunction", "Label", "Level", "Scheme"]
