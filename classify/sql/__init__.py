"""The analyser: the only room that knows the parser."""

from classify.sql.analyse import analyse
from classify.sql.text.fingerprint import Fingerprints, fingerprints

__all__ = ["Fingerprints", "analyse", "fingerprints"]
