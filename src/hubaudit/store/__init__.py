"""The DuckDB file that keeps what the Hub said: raw tables, texts, the lock."""
