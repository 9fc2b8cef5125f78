"""Labels on Arrow schemas and tables (extra `arrow`): written, read, held to a ceiling, kept by joins and such."""

from classify.arrow.refused import TableRefused
from classify.arrow.tables import cast, concat, from_pandas, join, rename, select, to_pandas
from classify.arrow.tagging import catalog_of, column_labels, label_of, require, retag, tag

__all__ = [
    "TableRefused",
    "cast",
    "catalog_of",
    "column_labels",
    "concat",
    "from_pandas",
    "join",
    "label_of",
    "rename",
    "require",
    "retag",
    "select",
    "tag",
    "to_pandas",
]
