"""Define the commands that read and write files from outside."""
