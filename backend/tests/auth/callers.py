"""Every handler's own sample call by those who may call it, for tests that look at answers as a whole."""

import httpx
import msgspec

from tests.auth.identities import IDENTITIES, Identity
from tests.auth.policies import STREAMS, Endpoint, endpoints
from tests.auth.world import World
from tests.support.asgi import Call

# One of each kind; whoever else there is gets the same answers as one of them.
KINDS = ("anonymous", "half-authenticated", "owner", "impersonator", "platform admin")


class Answered(msgspec.Struct, frozen=True):
    endpoint: Endpoint
    who: Identity
    answer: httpx.Response

    @property
    def id(self) -> str:
        return f"{self.endpoint.id} for {self.who.name}"


def named(name: str) -> Identity:
    return next(identity for identity in IDENTITIES if identity.name == name)


def own_call(endpoint: Endpoint, world: World, who: Identity) -> Call:
    ids = endpoint.ids(world.ids_of(who))
    return Call(
        method=endpoint.method, path=endpoint.url(ids), json=endpoint.body(ids), is_stream=endpoint.name in STREAMS
    )


async def all_answers(world: World, headers: dict[str, str]) -> list[Answered]:
    """What each kind of caller is answered by each handler; whatever that changed is taken back."""
    answered: list[Answered] = []
    for endpoint in endpoints(world.app):
        for who in map(named, KINDS):
            async with world.untouched():
                call = msgspec.structs.replace(own_call(endpoint, world, who), headers=headers)
                answered.append(Answered(endpoint, who, await world.call(who, call)))
    return answered
