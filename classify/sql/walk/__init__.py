"""The walk over one statement: what it has found, the tables of handlers, and what a reference means."""
