"""Build the documents that `--json` prints."""
