"""``python -m verify`` is the command ``proxproof``."""

from verify.commands import main

if __name__ == "__main__":
    main()
