"""hubaudit: it says it is open source, is it? Importing this package loads nothing heavy."""

__version__ = "0.1.0"
