"""Files, schemas and git: what the office repository holds, as values."""
