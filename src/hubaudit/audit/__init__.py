"""The score of one model: fetch what the SQL wants, build, read the report."""
