"""The Google 2019 sample: reader, parsed cells and statistical twin."""
