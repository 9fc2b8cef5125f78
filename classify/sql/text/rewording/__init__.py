"""Statements that the parser does not know, in words that it does."""
