"""The git repository of an office: what it has, whose turn it is to write, and how that is recorded and shared."""
