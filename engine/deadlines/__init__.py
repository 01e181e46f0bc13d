"""Count deadlines, change them with each step, and find the people to notify."""
