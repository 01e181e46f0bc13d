"""The workflows of the parts of a review, each a child case, and what they share."""
