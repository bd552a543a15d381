"""Texts: bytes in, facts out."""
