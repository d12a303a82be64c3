"""The arithmetic panel: tables of recorded numbers and the formula of a cell."""
