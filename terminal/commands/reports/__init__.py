"""Define the commands that make reports."""
