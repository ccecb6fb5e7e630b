"""Rules written by hand: Sigma rules for CloudTrail, and one rule set for connections and for system calls."""
