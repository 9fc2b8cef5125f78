"""Tags in code: decorated classes and annotated fields; and a mark on texts that are SQL."""

from classify.declare.decorator import dataset
from classify.declare.sql_text import sql_text
from classify.declare.tag import Tag

__all__ = ["Tag", "dataset", "sql_text"]
