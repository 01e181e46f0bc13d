"""Pure decisions: one command and one case give events, or a refusal with reasons."""
