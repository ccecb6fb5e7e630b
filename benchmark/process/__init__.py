"""What one process has once: its global state and its output streams, guarded against the code of others."""
