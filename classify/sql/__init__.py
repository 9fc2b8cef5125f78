"""The analyser: the only room that knows the parser."""

from classify.sql.analyse import analyse

__all__ = ["analyse"]
