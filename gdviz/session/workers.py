"""Who may make the steps, and how a process may fail to."""

THREAD, PROCESS = "thread", "process"
WORKERS = (THREAD, PROCESS)


class Gone(Exception):  # noqa: N818  (it is what happened)
    """The process has ended before it could answer."""


class NotPortable(Exception):  # noqa: N818
    """What is asked about cannot be sent to another process."""
