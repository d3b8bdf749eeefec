"""The past of an office: its commits, and whether they kept the promise that nothing is changed."""
