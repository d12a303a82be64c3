"""The one error a user may see: a sentence that names the place and the remedy."""


class Refused(ValueError):  # noqa: N818  (it is an answer, not a fault)
    """Input that cannot be used; its text is a full sentence for the user."""
