"""Detection on recordings of one's own, labelled or not: fit on the first part, score the rest, tell the events."""
