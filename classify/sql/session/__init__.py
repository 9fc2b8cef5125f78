"""Where names are looked up: the catalog as one dialect sees it, and what the statements of a text share."""
