"""Why somebody may not sign in; neither tells whether the name exists."""

from store.errors import WinbackError


class NotKnown(WinbackError):
    """The name or the password is wrong."""

    def __init__(self) -> None:
        super().__init__("The name or the password is wrong; try again, or ask an admin for a new password.")


class MustWait(WinbackError):
    """There were too many failures; the next attempt is looked at in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Signing in failed too often; wait {seconds} seconds and try again.")
        self.seconds = seconds
