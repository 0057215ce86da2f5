"""The gate in front of the application: sign in, sessions, headers, and who may enter which page."""

from collections.abc import Sequence

from fastapi import HTTPException, Request

from tools.context import Actor, Role
from ui.app.frame.site import Site


def require(site: Site, request: Request, roles: Sequence[Role]) -> Actor:
    """Who sent this request. Raises HTTPException 401 where nobody is signed in, 403 where the role may not."""
    actor = site.actor_of(request.cookies)
    if actor is None:
        raise HTTPException(401)
    if actor.role not in roles:
        raise HTTPException(403)
    return actor
