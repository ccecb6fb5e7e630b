"""Tables of a reader's own: CSV and Parquet files of telemetry, wide or long, as a dataset."""
