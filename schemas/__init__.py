"""The JSON Schemas of the office repository's files."""
