"""Hosts: the kinds of files that hold SQL, and the snippets of SQL in them, each with its places in the file."""

from classify.hosts.find import SUFFIXES, find_snippets, shown
from classify.hosts.snippet import Ceiling, Comment, Found, Hole, Snippet

__all__ = ["SUFFIXES", "Ceiling", "Comment", "Found", "Hole", "Snippet", "find_snippets", "shown"]
