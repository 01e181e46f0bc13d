"""Errors as values: the facts as attributes, and one sentence that says what to do."""
