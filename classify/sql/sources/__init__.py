"""FROM: tables, views, joins, arrays, table functions and pivots, each as a relation."""
