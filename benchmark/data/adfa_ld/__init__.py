"""ADFA-LD: reader, names of system calls, and twin."""
