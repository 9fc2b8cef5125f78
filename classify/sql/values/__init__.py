"""Values: the flow of an expression, of a star, and behind a function that the scheme trusts."""
