"""The workflows of the parts of a review."""
