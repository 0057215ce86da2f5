"""The one exception whose message is meant for the user."""


class WinbackError(Exception):
    """Something the user can mend; the message is one sentence that says how."""
