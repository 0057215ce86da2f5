"""Users and their roles."""

from pathlib import Path

from store.access import add_user, list_users, remove_user, set_password, set_role
from store.errors import WinbackError
from ui.app.frame import ROLES, Desk, Templates, Visit

_render = Templates(Path(__file__).parent)


class Users:
    """Adding, changing and removing users; `store.access` checks who may, and keeps an admin."""

    def __init__(self, desk: Desk) -> None:
        self._words = desk.words
        self._ledger = desk.site.doorkeeper.ledger

    def shown(self, visit: Visit, problem: str = "", done: str = "") -> str:
        people = list_users(self._ledger)
        return _render("users", t=self._words, people=people, roles=ROLES, problem=problem, done=done)

    def act(self, visit: Visit) -> str:
        try:
            self._do(visit)
        except WinbackError as problem:
            return self.shown(visit, problem=str(problem))
        return self.shown(visit, done=self._words("users.done"))

    def _do(self, visit: Visit) -> None:
        name, role = visit.text("name", 200), visit.text("role", 20)
        password = str(visit.data.get("password", ""))
        by, now = visit.actor, visit.now
        match visit.data.get("act"):
            case "add":
                add_user(self._ledger, name, role, password, by=by, now=now)
            case "role":
                set_role(self._ledger, name, role, by=by, now=now)
            case "password":
                set_password(self._ledger, name, password, by=by, now=now)
            case "remove":
                remove_user(self._ledger, name, by=by, now=now)
            case _:
                raise WinbackError(self._words("gate.unexpected"))
