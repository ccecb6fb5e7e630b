"""The Nezha traces: reader and service graph."""
