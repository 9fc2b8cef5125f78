"""Queries: what each clause does to the columns and to the rows."""
