"""Errors as values: the facts as attributes, and a sentence for a person."""
