"""What teams should do, in memory. Each request returns the slug of the problem it gets, or "" when it is done.

Written from the rules, not from the code: a role may what docs/permissions.md says, and the order of the refusals is part of them.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.models import Role

DONE = ""
RANK = (Role.VIEWER, Role.MEMBER, Role.ADMIN, Role.OWNER)
MANAGERS = frozenset({Role.ADMIN, Role.OWNER})
FRESH_FOR = timedelta(minutes=10)
INVITATION_FOR = timedelta(days=7)
GRACE = timedelta(days=14)


def is_above(role: Role, other: Role) -> bool:
    return RANK.index(role) > RANK.index(other)


class ModelPerson(msgspec.Struct, eq=False):
    id: UUID
    email: str
    proven_at: datetime
    current: UUID | None  # the team that their session works in, whether or not they still belong to it


class ModelInvitation(msgspec.Struct, eq=False):
    id: UUID
    team_id: UUID
    email: str
    role: Role
    inviter_id: UUID
    expires_at: datetime
    is_open: bool = True


class ModelTeam(msgspec.Struct, eq=False):
    name: str
    has_documents: bool
    roles: dict[UUID, Role]
    deletion_due_at: datetime | None = None

    @property
    def owners(self) -> int:
        return [*self.roles.values()].count(Role.OWNER)


class ModelWorld:
    def __init__(self, now: datetime) -> None:
        self.now = now
        self.people: dict[UUID, ModelPerson] = {}
        self.teams: dict[UUID, ModelTeam] = {}
        self.invitations: dict[UUID, ModelInvitation] = {}
        self.closed: list[UUID] = []
        self.deleted: list[UUID] = []

    @property
    def ended(self) -> list[UUID]:
        return self.closed + self.deleted

    def memberships(self) -> dict[tuple[UUID, UUID], Role]:
        return {(team_id, id_): role for team_id, team in self.teams.items() for id_, role in team.roles.items()}

    def team_of(self, person: ModelPerson) -> ModelTeam | None:
        """The team that the person works in, if they belong to it."""
        team = self.teams.get(person.current) if person.current else None
        return team if team and person.id in team.roles else None

    def role_of(self, person: ModelPerson) -> Role | None:
        team = self.team_of(person)
        return team.roles[person.id] if team else None

    def is_team_closing(self, person: ModelPerson) -> bool:
        team = self.team_of(person)
        return team is not None and team.deletion_due_at is not None

    def invited_person(self, invitation: ModelInvitation) -> ModelPerson | None:
        return next((person for person in self.people.values() if person.email == invitation.email), None)

    # --- one's own teams

    def create_team(self, actor: ModelPerson, team_id: UUID, name: str) -> None:
        self.teams[team_id] = ModelTeam(name, has_documents=False, roles={actor.id: Role.OWNER})
        actor.current = team_id

    def switch(self, actor: ModelPerson, team_id: UUID) -> str:
        if not self._belongs(actor, team_id):
            return "not-found"
        actor.current = team_id
        return DONE

    def leave(self, actor: ModelPerson, team_id: UUID) -> str:
        if not self._belongs(actor, team_id):
            return "not-found"
        team = self.teams[team_id]
        if team.roles[actor.id] is Role.OWNER and team.owners == 1:
            return "last-owner"
        del team.roles[actor.id]
        return DONE

    # --- the team that somebody works in

    def rename(self, actor: ModelPerson, name: str) -> str:
        if refusal := self._refusal(actor, MANAGERS):
            return refusal
        self._team(actor).name = name
        return DONE

    def change_role(self, actor: ModelPerson, target_id: UUID, role: Role) -> str:
        if refusal := self._refusal_about(actor, target_id):
            return refusal
        team = self._team(actor)
        before = team.roles[target_id]
        if before is role:
            return DONE
        if before is Role.OWNER and not self._is_fresh(actor):
            return "step-up-required"
        if before is Role.OWNER and team.owners == 1:
            return "last-owner"
        team.roles[target_id] = role
        return DONE

    def remove(self, actor: ModelPerson, target_id: UUID) -> str:
        if refusal := self._refusal(actor, MANAGERS):
            return refusal
        if target_id == actor.id:
            return "removing-yourself"
        if refusal := self._refusal_about(actor, target_id):
            return refusal
        team = self._team(actor)
        if team.roles[target_id] is Role.OWNER and not self._is_fresh(actor):
            return "step-up-required"
        del team.roles[target_id]
        return DONE

    def share_ownership(self, actor: ModelPerson, target_id: UUID, *, is_handover: bool) -> str:
        if refusal := self._refusal(actor, frozenset({Role.OWNER}), is_fresh=True):
            return refusal
        team = self._team(actor)
        if target_id not in team.roles:
            return "not-found"
        if team.roles[target_id] is Role.OWNER and (not is_handover or target_id == actor.id):
            return "already-owner"
        team.roles[target_id] = Role.OWNER
        if is_handover:
            team.roles[actor.id] = Role.ADMIN
        return DONE

    # --- invitations, from inside

    def invite(self, actor: ModelPerson, email: str) -> str:
        if refusal := self._refusal(actor, MANAGERS):
            return refusal
        if any(self.people[id_].email == email for id_ in self._team(actor).roles):
            return "already-member"
        if any(self.can_be_answered(each) for each in self._open_to(actor.current, email)):
            return "already-invited"
        return DONE

    def invited(self, actor: ModelPerson, invitation_id: UUID, email: str, role: Role) -> ModelInvitation:
        assert actor.current is not None
        self.invitations.pop(invitation_id, None)  # one that expired is sent anew
        sent = ModelInvitation(invitation_id, actor.current, email, role, actor.id, self.now + INVITATION_FOR)
        self.invitations[invitation_id] = sent
        return sent

    def resend(self, actor: ModelPerson, invitation: ModelInvitation) -> str:
        if refusal := self._refusal_to_touch(actor, invitation):
            return refusal
        invitation.inviter_id, invitation.expires_at = actor.id, self.now + INVITATION_FOR
        return DONE

    def revoke(self, actor: ModelPerson, invitation: ModelInvitation) -> str:
        if refusal := self._refusal_to_touch(actor, invitation):
            return refusal
        invitation.is_open = False
        return DONE

    # --- invitations, from outside

    def accept(self, actor: ModelPerson, invitation: ModelInvitation, *, is_by_link: bool) -> str:
        if not self.can_be_answered(invitation):
            return "invitation-ended"
        if invitation.email != actor.email:
            return "invitation-for-another-address" if is_by_link else "invitation-ended"
        if not self.is_backed(invitation):
            return "invitation-ended"
        self._let_in(actor, invitation)
        return DONE

    def join(self, invitation: ModelInvitation) -> str:
        if not self.can_be_answered(invitation):
            return "invitation-ended"
        if self.invited_person(invitation):
            return "account-exists"
        return DONE if self.is_backed(invitation) else "invitation-ended"

    def joined(self, person: ModelPerson, invitation: ModelInvitation) -> None:
        self.people[person.id] = person
        self._let_in(person, invitation)

    def decline(self, invitation: ModelInvitation, actor: ModelPerson | None = None) -> str:
        is_anothers = actor is not None and actor.email != invitation.email
        if is_anothers or not self.can_be_answered(invitation) or not self.is_backed(invitation):
            return "invitation-ended"
        invitation.is_open = False
        return DONE

    # --- the end of a team

    def request_deletion(self, actor: ModelPerson, name: str) -> str:
        if refusal := self._refusal(actor, frozenset({Role.OWNER}), is_fresh=True):
            return refusal
        team = self._team(actor)
        if name != team.name:
            return "not-the-teams-name"
        if team.deletion_due_at is not None:
            return "deletion-already-requested"
        team.deletion_due_at = self.now + GRACE
        return DONE

    def call_off_deletion(self, actor: ModelPerson) -> str:
        if refusal := self._refusal(actor, frozenset({Role.OWNER})):
            return refusal
        team = self._team(actor)
        if team.deletion_due_at is None:
            return "no-deletion-requested"
        team.deletion_due_at = None
        return DONE

    def pass_night(self) -> int:
        """End the teams whose days of grace are over; return how many."""
        due = [id_ for id_, team in self.teams.items() if team.deletion_due_at and team.deletion_due_at <= self.now]
        for team_id in due:
            (self.closed if self.teams.pop(team_id).has_documents else self.deleted).append(team_id)
            for person in self.people.values():
                person.current = None if person.current == team_id else person.current
            for invitation in self.invitations.values():
                invitation.is_open = invitation.is_open and invitation.team_id != team_id
        return len(due)

    # --- the rules themselves

    def pending(self, team_id: UUID | None) -> set[UUID]:
        sent = [each for each in self.invitations.values() if each.team_id == team_id]
        return {each.id for each in sent if self.can_be_answered(each) and self.is_backed(each)}

    def _team(self, actor: ModelPerson) -> ModelTeam:
        assert actor.current is not None
        return self.teams[actor.current]

    def _belongs(self, actor: ModelPerson, team_id: UUID | None) -> bool:
        return team_id is not None and team_id in self.teams and actor.id in self.teams[team_id].roles

    def _is_fresh(self, actor: ModelPerson) -> bool:
        return self.now - actor.proven_at <= FRESH_FOR

    def _refusal(self, actor: ModelPerson, roles: frozenset[Role], *, is_fresh: bool = False) -> str:
        if not self._belongs(actor, actor.current):
            return "no-team"
        if self._team(actor).roles[actor.id] not in roles:
            return "missing-permission"
        return "step-up-required" if is_fresh and not self._is_fresh(actor) else DONE

    def _refusal_about(self, actor: ModelPerson, target_id: UUID) -> str:
        if refusal := self._refusal(actor, MANAGERS):
            return refusal
        roles = self._team(actor).roles
        if target_id not in roles:
            return "not-found"
        return "role-above-yours" if is_above(roles[target_id], roles[actor.id]) else DONE

    def _refusal_to_touch(self, actor: ModelPerson, invitation: ModelInvitation) -> str:
        if refusal := self._refusal(actor, MANAGERS):
            return refusal
        return DONE if invitation.is_open and invitation.team_id == actor.current else "not-found"

    def _open_to(self, team_id: UUID | None, email: str) -> list[ModelInvitation]:
        return [
            each
            for each in self.invitations.values()
            if each.is_open and (each.team_id, each.email) == (team_id, email)
        ]

    def can_be_answered(self, invitation: ModelInvitation) -> bool:
        return invitation.is_open and invitation.expires_at > self.now

    def is_backed(self, invitation: ModelInvitation) -> bool:
        return self.teams[invitation.team_id].roles.get(invitation.inviter_id) in MANAGERS

    def _let_in(self, person: ModelPerson, invitation: ModelInvitation) -> None:
        invitation.is_open = False
        self.teams[invitation.team_id].roles[person.id] = invitation.role
        person.current = invitation.team_id
