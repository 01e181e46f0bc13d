"""Declare the tables, their indexes and types, and move a database to a revision."""
