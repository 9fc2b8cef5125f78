"""The JSON Schemas of the file formats, for editors: `python -m classify.cli.json_schemas FOLDER` writes them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from classify.catalog.form import CATALOG_FILE
from classify.documents.schema import json_schema
from classify.labels.scheme_file import SCHEME_FILE
from classify.policy.form import CASES_FILE, GROUPS_FILE, POLICY_FILE


def schema_files() -> Mapping[str, str]:
    """The text of each schema by its file's name."""
    forms = (CATALOG_FILE, SCHEME_FILE, POLICY_FILE, GROUPS_FILE, CASES_FILE)
    return {f"{form.name}.schema.json": json.dumps(json_schema(form), indent=2) + "\n" for form in forms}


def write_schemas(folder: Path) -> None:
    """Write the schemas into a folder."""
    for name, text in schema_files().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
