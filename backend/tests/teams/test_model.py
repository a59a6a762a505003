"""Whatever several people of several teams try, in whatever order: answers, memberships and invitations are those of a small model."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, override
from uuid import UUID

import httpx
import msgspec
import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncConnection

from app.config import Settings
from app.db.session import SessionFactory
from app.models import Role
from tests.support.people import PeopleFactory
from tests.teams.model import DONE, MANAGERS, ModelInvitation, ModelPerson, is_above
from tests.teams.world import NoLimits, World

PREFIX = "urn:quittance:problem:"
# What is tried, and how often. One rule for all of it: Hypothesis would leave most rules out of a run, and runs are few here.
WEIGHTS = {
    "invite": 5, "accept": 5, "join": 3, "decline": 1, "resend": 2, "revoke": 1, "follow_dead_link": 1,
    "change_role": 6, "remove": 4, "share_ownership": 3, "leave": 2, "rename": 1,
    "create": 1, "switch": 3, "delete": 2, "keep": 2, "sign_in": 1, "wait": 3,
}  # fmt: skip
# Else the machine would prove little.
MET_AT_LEAST = {(action, DONE) for action in {*WEIGHTS} - {"follow_dead_link", "sign_in", "wait"}} | {
    ("accept", "invitation-ended"),
    ("accept", "invitation-for-another-address"),
    ("accept", "by a link whose sender may not invite any more"),
    ("change_role", "last-owner"),
    ("change_role", "role-above-yours"),
    ("change_role", "step-up-required"),
    ("delete", "step-up-required"),
    ("follow_dead_link", "invitation-ended"),
    ("invite", "missing-permission"),
    ("join", "invitation-ended"),
    ("leave", "last-owner"),
    ("share_ownership", "missing-permission"),
    ("switch", "not-found"),
    ("wait", "a team ended"),
}


class Chance(msgspec.Struct, frozen=True, kw_only=True):
    """What one step draws; each action takes of it what it needs."""

    who: int
    whom: int
    which: int
    role: Role
    name: str
    how_long: timedelta
    is_usual: bool
    is_either: bool


chances = st.builds(
    Chance,
    who=st.integers(0, 59),
    whom=st.integers(0, 59),
    which=st.integers(0, 11),
    role=st.sampled_from([Role.ADMIN, Role.MEMBER, Role.VIEWER]),
    name=st.sampled_from(["Harbour", "Lighthouse"]),
    how_long=st.sampled_from(
        [timedelta(minutes=11), timedelta(minutes=11), timedelta(days=3), timedelta(days=8), timedelta(days=15)]
    ),
    is_usual=st.sampled_from([True, True, True, False]),
    is_either=st.booleans(),
)


class TeamMachine(RuleBasedStateMachine):
    def __init__(
        self, world: World, wait: Callable[[Coroutine[Any, Any, Any]], Any], met: set[tuple[str, str]]
    ) -> None:
        super().__init__()
        self._world = world
        self._model = world.model
        self._wait = wait
        self._met = met
        self._action = ""
        self._before: dict[tuple[UUID, UUID], Role] = {}
        self._decider: UUID | None = None
        self._used: list[str] = []

    @initialize()
    def begin(self) -> None:
        self._wait(self._world.begin())
        self._before = self._model.memberships()

    @rule(action=st.sampled_from([action for action, weight in WEIGHTS.items() for _ in range(weight)]), chance=chances)
    def step(self, action: str, chance: Chance) -> None:
        self._action = action
        getattr(self, action)(chance)

    # --- one's own teams

    def create(self, chance: Chance) -> None:
        actor = self._person(chance.who)
        if len(self._model.teams) < 4:
            answer = self._ask(actor, "POST", "/api/me/teams", {"name": chance.name})
            self._agree(DONE, answer)
            self._model.create_team(actor, UUID(answer.json()["id"]), chance.name)

    def switch(self, chance: Chance) -> None:
        actor, team_id = self._person(chance.who), self._team_id(chance.which)
        answer = self._ask(actor, "POST", "/api/me/team", {"team_id": str(team_id)})
        self._agree(self._model.switch(actor, team_id), answer)

    def leave(self, chance: Chance) -> None:
        actor, team_id = self._person(chance.who), self._team_id(chance.which)
        answer = self._ask(actor, "DELETE", f"/api/me/teams/{team_id}")
        self._agree(self._model.leave(actor, team_id), answer)

    # --- the team that somebody works in

    def rename(self, chance: Chance) -> None:
        actor = self._person(chance.who)
        answer = self._ask(actor, "PATCH", "/api/team", {"name": chance.name})
        self._agree(self._model.rename(actor, chance.name), answer)

    def change_role(self, chance: Chance) -> None:
        actor, target = self._pair(chance)
        answer = self._ask(actor, "PATCH", f"/api/team/members/{target.id}", {"role": chance.role})
        self._agree(self._model.change_role(actor, target.id, chance.role), answer)

    def remove(self, chance: Chance) -> None:
        actor, target = self._pair(chance)
        answer = self._ask(actor, "DELETE", f"/api/team/members/{target.id}")
        self._agree(self._model.remove(actor, target.id), answer)

    def share_ownership(self, chance: Chance) -> None:
        actor, target = self._pair(chance)
        body = {"user_id": str(target.id), "is_handover": chance.is_either}
        answer = self._ask(actor, "POST", "/api/team/ownership", body)
        self._agree(self._model.share_ownership(actor, target.id, is_handover=chance.is_either), answer)

    def delete(self, chance: Chance) -> None:
        actor = self._person(chance.who)
        team = self._model.team_of(actor)
        name = team.name if team and chance.is_usual else "Another name"
        answer = self._ask(actor, "POST", "/api/team/deletion", {"name": name})
        self._agree(self._model.request_deletion(actor, name), answer)

    def keep(self, chance: Chance) -> None:
        actor = self._person(chance.who)
        closing = [each for each in self._model.people.values() if self._model.is_team_closing(each)]
        if closing and chance.is_usual:
            actor = closing[chance.who % len(closing)]
        answer = self._ask(actor, "DELETE", "/api/team/deletion")
        self._agree(self._model.call_off_deletion(actor), answer)

    # --- invitations, from inside

    def invite(self, chance: Chance) -> None:
        actor = self._person(chance.who)
        addresses = [*self._world.guests * 2, *(person.email for person in self._model.people.values())]
        email = addresses[chance.whom % len(addresses)]
        answer = self._ask(actor, "POST", "/api/team/invitations", {"email": email, "role": chance.role})
        self._agree(self._model.invite(actor, email), answer)
        if answer.is_success:
            invitation = self._model.invited(actor, UUID(answer.json()["id"]), email, chance.role)
            self._wait(self._world.mail(invitation))

    def resend(self, chance: Chance) -> None:
        if invitation := self._invitation(chance):
            actor = self._model.people[invitation.inviter_id] if chance.is_either else self._person(chance.who)
            answer = self._ask(actor, "POST", f"/api/team/invitations/{invitation.id}/resend")
            self._agree(self._model.resend(actor, invitation), answer)
            if answer.is_success:
                self._wait(self._world.mail(invitation))

    def revoke(self, chance: Chance) -> None:
        if invitation := self._invitation(chance):
            actor = self._model.people[invitation.inviter_id] if chance.is_either else self._person(chance.who)
            answer = self._ask(actor, "DELETE", f"/api/team/invitations/{invitation.id}")
            self._agree(self._model.revoke(actor, invitation), answer)

    # --- invitations, from outside

    def accept(self, chance: Chance) -> None:
        if invitation := self._invitation(chance):
            is_invited = chance.whom % 4 > 0
            actor = (self._model.invited_person(invitation) if is_invited else None) or self._person(chance.who)
            self._note_unbacked(invitation)
            answer = self._answer(actor, invitation, is_by_link=chance.is_either)
            self._agree(self._model.accept(actor, invitation, is_by_link=chance.is_either), answer)

    def decline(self, chance: Chance) -> None:
        if invitation := self._invitation(chance):
            actor = self._model.invited_person(invitation) or self._person(chance.who)
            answer = self._answer(actor, invitation, is_by_link=chance.is_either)
            self._agree(self._model.decline(invitation, None if chance.is_either else actor), answer)

    def join(self, chance: Chance) -> None:
        """As somebody who has no account; sometimes the invitation is to somebody who has one."""
        to_guests = [each for each in self._model.invitations.values() if each.email in self._world.guests]
        invitation = to_guests[-1] if to_guests and chance.is_usual else self._invitation(chance)
        if invitation is None:
            return
        client = self._world.people.client()
        self._note_unbacked(invitation)
        answer = self._wait(self._world.join(client, invitation))
        self._decider = invitation.inviter_id
        self._agree(self._model.join(invitation), answer)
        if answer.is_success:
            self._used.append(self._world.tokens[invitation.id])
            self._model.joined(self._wait(self._world.meet(client, invitation)), invitation)

    def follow_dead_link(self, chance: Chance) -> None:
        if dead := [*self._world.dead_tokens, *self._used]:
            body = {"token": dead[chance.whom % len(dead)]}
            path = "/api/invitations/accept" if chance.is_either else "/api/invitations/look-up"
            self._agree("invitation-ended", self._ask(self._person(chance.who), "POST", path, body))

    # --- what time does

    def sign_in(self, chance: Chance) -> None:
        self._wait(self._world.sign_in(self._person(chance.who)))

    def wait(self, chance: Chance) -> None:
        """Over night the job runs, and everybody has to sign in again."""
        self._model.now += chance.how_long
        if chance.how_long >= timedelta(days=1):
            ended, expected = self._wait(self._world.pass_night()), self._model.pass_night()
            assert ended == expected
            self._met.add(("wait", "a team ended" if ended else ""))
            for person in self._model.people.values():
                self._wait(self._world.sign_in(person))

    # --- what is always so

    @invariant()
    def memberships_are_right(self) -> None:
        """Those of the model, an owner in each team, and nobody was given more than whoever gave it has."""
        before, after = self._before, self._wait(self._world.memberships())
        assert after == self._model.memberships()
        assert {team_id for (team_id, _), role in after.items() if role is Role.OWNER} == {*self._model.teams}
        known = {team_id for team_id, _ in before}
        for (team_id, user_id), role in after.items():
            former = before.get((team_id, user_id))
            if team_id in known and (former is None or is_above(role, former)):
                assert self._decider is not None
                assert not is_above(role, before[team_id, self._decider])
        self._before, self._decider = after, None

    @invariant()
    def each_link_was_used_once(self) -> None:
        assert len(self._used) == len({*self._used})

    @override
    def teardown(self) -> None:
        try:
            self._wait(self._world.is_seen_as_the_model_has_it())
        finally:
            self._wait(self._world.end())

    # --- plumbing

    def _person(self, number: int) -> ModelPerson:
        """Anybody; oftener those who work in a team, and most often those who decide there."""
        people = [*self._model.people.values()]
        at_work = [each for each in people if self._model.role_of(each)]
        deciding = [each for each in at_work if self._model.role_of(each) in MANAGERS]
        weighted = [*people, *at_work, *deciding, *deciding]
        return weighted[number % len(weighted)]

    def _pair(self, chance: Chance) -> tuple[ModelPerson, ModelPerson]:
        """Somebody, and mostly a colleague of theirs."""
        actor, people = self._person(chance.who), [*self._model.people.values()]
        colleagues = [each for each in people if (team := self._model.team_of(actor)) and each.id in team.roles]
        inviting = {each.inviter_id for each in self._model.invitations.values() if each.is_open}
        candidates = [*colleagues, *(each for each in colleagues if each.id in inviting)]
        candidates = candidates if candidates and chance.is_usual else people
        return actor, candidates[chance.whom % len(candidates)]

    def _team_id(self, number: int) -> UUID:
        """One of the teams that there are, or were."""
        ids = [*self._model.teams, *self._model.ended]
        return ids[number % len(ids)]

    def _invitation(self, chance: Chance) -> ModelInvitation | None:
        """One of the newest, mostly one that nobody has answered."""
        sent = [*self._model.invitations.values()]
        is_open = [each for each in sent if each.is_open]
        newest = (is_open if is_open and chance.is_usual else sent)[-3:]
        return newest[chance.which % len(newest)] if newest else None

    def _answer(self, actor: ModelPerson, invitation: ModelInvitation, *, is_by_link: bool) -> httpx.Response:
        token = self._world.tokens[invitation.id]
        path = (
            f"/api/invitations/{self._action}" if is_by_link else f"/api/me/invitations/{invitation.id}/{self._action}"
        )
        answer = self._ask(actor, "POST", path, {"token": token} if is_by_link else None)
        self._decider = invitation.inviter_id
        if answer.is_success:
            self._used.append(token)
        return answer

    def _note_unbacked(self, invitation: ModelInvitation) -> None:
        if self._model.can_be_answered(invitation) and not self._model.is_backed(invitation):
            self._met.add((self._action, "by a link whose sender may not invite any more"))

    def _ask(self, actor: ModelPerson, method: str, path: str, body: object = None) -> httpx.Response:
        self._decider = actor.id
        return self._wait(self._world.request(self._world.clients[actor.id], method, path, body))

    def _agree(self, expected: str, answer: httpx.Response) -> None:
        answered = DONE if answer.is_success else answer.json()["type"].removeprefix(PREFIX)
        assert answered == expected, answer.text
        self._met.add((self._action, answered))


@pytest.mark.slow
async def test_control_32_whatever_people_try_their_teams_are_as_a_small_model_says(
    app: Litestar,
    connection: AsyncConnection,
    people: PeopleFactory,
    sessions: SessionFactory,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(app.state, "limiter", NoLimits(sessions, settings.secret_key))
    loop = asyncio.get_running_loop()
    met: set[tuple[str, str]] = set()

    def wait(coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result()

    def machine() -> RuleBasedStateMachine:
        return TeamMachine(World(connection, people, sessions, settings), wait, met)

    how_much = hypothesis_settings(
        max_examples=24, stateful_step_count=50, derandomize=True, database=None, deadline=None
    )
    # Hypothesis knows no event loop: it runs in a thread, and each of its steps here.
    run: Callable[..., None] = run_state_machine_as_test
    await asyncio.to_thread(run, machine, settings=how_much)

    assert met >= MET_AT_LEAST
