"""The JSON Schema of a file format, made of the form that the reader checks with."""

from __future__ import annotations

from typing import Any

from classify.documents.shapes import (
    Day,
    Either,
    Form,
    ListOf,
    MapOf,
    Nothing,
    Record,
    Ref,
    Shape,
    Text,
    Truth,
    Version,
    Whole,
    Word,
)


def json_schema(form: Form) -> dict[str, Any]:
    """The schema, in the 2020-12 draft.

    Assumes: a schema knows no files beside the one it describes: names that must exist (levels and categories of a
    scheme, a view's columns) are left to the reader.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:classify-sdk:schema:{form.name}",
        "title": form.title,
        **_schema(form.root),
        "$defs": {name: _schema(shape) for name, shape in form.definitions.items()},
    }


def _schema(shape: Shape) -> dict[str, Any]:
    found = _bare(shape)
    return {"description": shape.help, **found} if shape.help else found


def _bare(shape: Shape) -> dict[str, Any]:
    if isinstance(shape, Version):
        return {"const": shape.number}
    if isinstance(shape, Text):
        return {"type": "string", "pattern": shape.pattern}
    if isinstance(shape, Word):
        return {"enum": list(shape.known)}
    if isinstance(shape, Whole):
        return {"type": "integer", "minimum": shape.least, "maximum": shape.most}
    if isinstance(shape, Truth):
        return {"type": "boolean"}
    if isinstance(shape, Day):
        return {"type": "string", "format": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
    if isinstance(shape, Nothing):
        return {"type": "null"}
    if isinstance(shape, ListOf):
        least = {"minItems": shape.least} if shape.least else {}
        return {"type": "array", "items": _schema(shape.item), **least}
    if isinstance(shape, MapOf):
        least = {"minProperties": shape.least} if shape.least else {}
        names = {"pattern": shape.key.pattern}
        return {"type": "object", "propertyNames": names, "additionalProperties": _schema(shape.value), **least}
    if isinstance(shape, Either):
        return {"anyOf": [_schema(option) for option in shape.options]}
    if isinstance(shape, Ref):
        return {"$ref": f"#/$defs/{shape.name}"}
    return _record(shape)


def _record(shape: Record) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "object",
        "properties": {key: _schema(field.shape) for key, field in shape.fields.items()},
        "additionalProperties": False,
    }
    required = [key for key, field in shape.fields.items() if field.required]
    if required:
        found["required"] = required
    if shape.any_of:
        found["anyOf"] = [{"required": [key]} for key in shape.any_of]
    if shape.needs:
        found["dependentRequired"] = {key: [other] for key, other in shape.needs.items()}
    return found
