"""TSB-AD, the leaderboard of time-series anomaly detection: its published tables, judged."""
