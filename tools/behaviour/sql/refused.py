"""The guard's answer to a statement that may not run."""

from tools.result import ToolError


class SqlRefused(ToolError):
    """The statement may not run; the message says what to do instead and quotes names only, never data."""
