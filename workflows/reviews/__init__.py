"""The workflows of the three kinds of review, and what they share."""
