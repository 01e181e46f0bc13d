"""The state of the unit's own record: what its events amount to, and the tables repeat."""
