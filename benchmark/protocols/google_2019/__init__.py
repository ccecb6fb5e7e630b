"""Protocol of the Google 2019 sample: splits, injected anomalies and load levels."""
