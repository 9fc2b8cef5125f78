"""The version of the installed distribution."""

from __future__ import annotations


def version() -> str:
    """As the installed distribution says; a source tree on the path alone has none."""
    from importlib import metadata

    try:
        return metadata.version("classify-sdk")
    except metadata.PackageNotFoundError:
        return "0+unknown"
