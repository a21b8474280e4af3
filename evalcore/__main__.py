"""``python -m evalcore``: ``check RUN``, ``convert RUN OUT``, ``apply``, ``report``, ``store``."""

from __future__ import annotations

import sys

from evalcore.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
