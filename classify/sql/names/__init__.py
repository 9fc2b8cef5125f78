"""What names are: dialects as data, scopes, relations, and flows as bits."""
