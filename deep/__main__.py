"""``python -m deep``: the training commands from a bare checkout, with torch and NumPy alone."""

import sys

from deep.commands import main

if __name__ == "__main__":
    sys.exit(main())
