"""`python -m cmplt`."""

from cmplt.cli import main

if __name__ == "__main__":
    main()
