"""The business: pure functions over facts, events and policy. Standard library only; no clock, no files."""
