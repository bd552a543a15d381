"""The tests of hubaudit. A package, so that `python -m tests.fakehub` starts the fake Hub."""
