"""The compare panel: all paths side by side."""
