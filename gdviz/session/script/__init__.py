"""A run as a plain NumPy script: one file that makes the very same steps."""

from gdviz.session.script.whole import script

__all__ = ["script"]
