"""Lessons: files of pages, their text, and the live numbers in it."""
