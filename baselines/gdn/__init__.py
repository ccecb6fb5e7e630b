"""GDN: a graph deviation network."""
