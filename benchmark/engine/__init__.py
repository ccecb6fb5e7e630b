"""From a plan to results on disk: cells, store, execution, limits."""
