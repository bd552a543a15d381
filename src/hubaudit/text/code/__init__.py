"""Code: which repositories of the Hub a source file, notebook, configuration or script names."""
