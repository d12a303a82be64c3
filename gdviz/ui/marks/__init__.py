"""Things drawn in more than one plot."""
