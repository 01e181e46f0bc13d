"""The engine's values: cases, events, clocks, commands, notices and people."""
