"""Tables and receipts as files."""
