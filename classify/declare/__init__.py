"""Tags in code: decorated classes and annotated fields; and words for the check of a repository."""

from classify.declare.ceiling import ceiling, sql_text
from classify.declare.declaration import dataset
from classify.declare.tag import Tag

__all__ = ["Tag", "ceiling", "dataset", "sql_text"]
