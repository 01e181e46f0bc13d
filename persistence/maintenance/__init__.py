"""Back up, restore, copy, upgrade and check a database."""
