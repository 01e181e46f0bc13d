"""The values that history is made of: cases, events, clocks, commands and notices."""
