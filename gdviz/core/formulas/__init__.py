"""Formulas as text: read by hand, worked out on arrays, differentiated exactly."""
