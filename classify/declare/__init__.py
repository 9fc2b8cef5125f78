"""Tags in code: decorated classes and annotated fields."""

from classify.declare.declaration import dataset
from classify.declare.tag import Tag

__all__ = ["Tag", "dataset"]
