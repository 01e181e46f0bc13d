"""The workflows of the three kinds of review, and the declarations that they share."""
