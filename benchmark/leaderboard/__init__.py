"""A judge for tables of results, units × methods, of any field."""
