"""Files to begin with: a detector, a dataset, a paper, and a package of one's own around them."""
