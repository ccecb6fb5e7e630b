"""NSL-KDD: reader and twin."""
