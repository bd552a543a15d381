"""Walks the Hub's lists into page files on disk, which the store reads when a walk is through."""
