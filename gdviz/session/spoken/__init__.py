"""What each plot shows, in words, for those who do not see it."""
