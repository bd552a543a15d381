"""The DuckDB file that keeps what the Hub said: raw tables, texts, one writer at a time."""
