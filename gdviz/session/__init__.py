"""Runs: scenes, memory and time. No screen, no Qt."""
