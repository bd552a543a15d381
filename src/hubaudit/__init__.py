"""hubaudit: it says it is open source, is it? Importing this package has no side effects and loads nothing heavy."""

__version__ = "0.1.0"
