"""The forms of the steps, by stage and part."""
