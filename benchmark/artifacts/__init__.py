"""From results to the files of a paper: sweeps, comparisons, receipts and their regeneration."""
