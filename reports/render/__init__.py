"""Write reports to the terminal, files and JSON."""
