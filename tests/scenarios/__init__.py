"""What each kind of office does with its profile: scripts of commands with what they must lead to."""
