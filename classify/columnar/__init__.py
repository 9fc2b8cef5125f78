"""Labels in the metadata of Arrow schemas: how they are written, and what is believed of them."""

from classify.columnar.metadata import SCHEMA_KEY, Tagged, parse_list, read_labels, write_labels
from classify.columnar.walk import Entry, Path, entries_of, load_pyarrow

__all__ = [
    "SCHEMA_KEY",
    "Entry",
    "Path",
    "Tagged",
    "entries_of",
    "load_pyarrow",
    "parse_list",
    "read_labels",
    "write_labels",
]
