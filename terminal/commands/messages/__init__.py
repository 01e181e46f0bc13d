"""Define the commands about messages to people."""
