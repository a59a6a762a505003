"""Rules about who may decide on whom, and the one lock under which the people of a team change."""

from app.auth.caller import Caller
from app.auth.errors import MissingPermission, StepUpRequired
from app.auth.permissions import ROLE_PERMISSIONS, Permission, outranks
from app.models import Role, Team
from app.teams.errors import LastOwner, NotYourTeam, RoleAboveYours
from app.teams.repositories import Member, MemberRepository


async def lock_for(members: MemberRepository, caller: Caller, permission: Permission) -> tuple[Team, Member]:
    """Hold the team and return it with the caller as they are now: while they waited, somebody may have changed their role."""
    team = await members.lock_team()
    actor = await members.find(caller.user_id)
    if team is None or actor is None:
        raise NotYourTeam
    if permission not in ROLE_PERMISSIONS[actor.membership.role]:
        raise MissingPermission(f"Your role ({actor.membership.role}) does not include {permission}.")
    return team, actor


def refuse_above(actor: Member, role: Role) -> None:
    """Nobody decides on somebody of a higher role, and nobody gives a role above their own."""
    if outranks(role, actor.membership.role):
        raise RoleAboveYours(f"As {actor.membership.role} you cannot decide about the role of {role}.")


def refuse_stale(caller: Caller, *roles: Role) -> None:
    """Ownership is given and taken only by somebody who has just proven who they are."""
    if Role.OWNER in roles and not caller.is_fresh:
        raise StepUpRequired("It has been a while: confirm that it is you, then go on.")


async def refuse_without_owner(members: MemberRepository, role: Role) -> None:
    """Raise `LastOwner` where an owner goes and no other is left; call it under the team's lock."""
    if role is Role.OWNER and await members.count(Role.OWNER) < 2:
        raise LastOwner
