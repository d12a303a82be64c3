"""Runs: scenes, memory and time. No screen, no Qt."""

MOST_NUMBERS = 2**22  # 32 MiB: what is kept or shown of any one thing at most
