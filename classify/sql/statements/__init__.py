"""Statements: what each kind of them reads, writes and returns."""
