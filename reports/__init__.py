"""Read-only views of the record: pages, tables, diagrams and JSON documents. No rule is repeated here."""
