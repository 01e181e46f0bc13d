"""The forms of the reviews, by stage: what each step records."""
