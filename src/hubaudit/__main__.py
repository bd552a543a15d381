"""`python -m hubaudit` is `hubaudit`."""

from hubaudit.cli import main

main()
