"""Work out what a report says, as values without any layout."""
