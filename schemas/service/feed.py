"""The feed service's queries, some of them put together from parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

VIDEOS = "media.videos"
NEWEST = f"SELECT video_id, title FROM {VIDEOS} WHERE visibility = 'public' ORDER BY published_at DESC LIMIT 50"


def newest(connection: Any) -> Any:
    """The newest videos of all."""
    return connection.execute(NEWEST).fetchall()


def of_creators(connection: Any, creators: Sequence[int], *, drafts: bool) -> Any:
    """The videos of some creators; for themselves their drafts, too."""
    query = "SELECT video_id, title FROM media.videos"
    query += " WHERE creator_id = ANY(%s)"
    if not drafts:
        query += " AND visibility = 'public'"
    return connection.execute(query, (list(creators),)).fetchall()


def page(connection: Any, size: int) -> Any:
    """As many videos as fit."""
    return connection.execute(f"SELECT video_id, title FROM {VIDEOS} LIMIT {size}").fetchall()


def ordered(connection: Any, column: str) -> Any:
    """Whatever the caller wants to sort by, which nobody can tell from here."""
    return connection.execute(f"SELECT video_id, title FROM {VIDEOS} ORDER BY {column}").fetchall()


def near(connection: Any, latitude: float) -> Any:
    """Who is somewhere near: the place decides, though it is not returned."""
    return connection.execute(
        "SELECT account_id "
        "FROM sessions "  # the last known place
        f"WHERE latitude BETWEEN {latitude - 1} AND {latitude + 1}"
    ).fetchall()
