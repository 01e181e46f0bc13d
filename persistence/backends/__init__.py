"""Connect to SQLite and PostgreSQL, and translate their errors."""
