"""Files and schemas: what the office repository holds, as values."""
