"""Tables and figures as files. No knowledge of papers."""
