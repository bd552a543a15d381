"""License texts: which license a text is, how it differs from it, and which restrictions it states."""
