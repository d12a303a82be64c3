"""The recorded numbers of a step, and the formula behind every one of them."""
