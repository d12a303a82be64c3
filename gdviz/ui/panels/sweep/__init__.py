"""The sweep panel: a map of many runs over two settings."""
