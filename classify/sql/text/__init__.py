"""Text into trees, none of it lost: the parser, and what it does not know; and text as it may be shown."""
