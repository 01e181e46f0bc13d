"""Define the commands about meetings."""
