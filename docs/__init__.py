"""The documentation: pages written by hand, and what makes the others from the code's own headers.

`pages.py` gathers all of them as Markdown, `python -m docs` builds the site with Sphinx, and tests/docs runs
the commands that they show.
"""
