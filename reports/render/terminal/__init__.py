"""Show cases, deadlines and reports at the terminal, within 80 columns."""
