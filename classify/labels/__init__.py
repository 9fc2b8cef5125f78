"""Levels, categories and residencies, and the lattice that they form."""

from classify.labels.label import Label
from classify.labels.scheme import DEFAULT_SCHEME, Level, Scheme

__all__ = ["DEFAULT_SCHEME", "Label", "Level", "Scheme"]
