"""Read-only views of the record: JSON documents, terminal tables, diagrams. No rule is repeated here."""
