"""Implement the engine's store port: read and write the record in one transaction."""
