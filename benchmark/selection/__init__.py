"""Choice of parameters without a test label: the settings that are tried, and the rule that picks one."""
