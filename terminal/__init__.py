"""The command line's own parts: reading what was typed, asking for what is missing, saying what failed.

Nothing here is imported by the engine, and importing it costs no more than click.
"""
