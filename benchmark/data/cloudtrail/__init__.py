"""CloudTrail events: reader, label rule, typed columns, and the rules that come with the data."""
