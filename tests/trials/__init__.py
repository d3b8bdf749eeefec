"""Trials: scripts that put the promise of design §2 under load, crash and merge, and print their counts."""
