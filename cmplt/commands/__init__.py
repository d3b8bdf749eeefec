"""One command of the shell each: read the clock, load, one pure call, one write, echo."""
