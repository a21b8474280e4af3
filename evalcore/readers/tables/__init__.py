"""CSV, Parquet, Arrow and JSON Lines as tables: raw content, typed columns, limits."""
