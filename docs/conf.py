"""Settings of Sphinx; `python -m docs` uses them."""

from __future__ import annotations

from hubaudit import __version__

project = "hubaudit"
author = "the hubaudit authors"
copyright = "the hubaudit authors, Apache-2.0"  # noqa: A001 - the name that Sphinx wants
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_heading_anchors = 3  # links to sections, as on GitHub
default_role = "code"  # docstrings write `this` for code
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"

smartquotes = False  # they would make one dash of the two of an option

html_theme = "furo"
html_title = f"hubaudit {__version__}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
pygments_style = "friendly"
