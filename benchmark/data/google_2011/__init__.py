"""The Google 2011 trace: reader and attempts of tasks."""
