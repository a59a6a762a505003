from uuid import UUID

from msgspec import UNSET, structs
from sqlalchemy.ext.asyncio import AsyncSession

from app.auth.caller import Principal
from app.auth.rate_limits import RateLimit, RateLimiter
from app.auth.services import SessionService
from app.db.session import enter_scope
from app.db.tenancy import Actor, TenantScope
from app.lib.email_address import normalize_email
from app.lib.iban import is_valid_iban
from app.lib.ids import new_id
from app.lib.iso3166 import COUNTRY_CODES
from app.lib.money import Currency, UnknownCurrency
from app.lib.problems import InvalidInput, NotFound
from app.models import Membership, Role, SellerProfile, Team
from app.teams.errors import NotYourTeam
from app.teams.members import leave_team
from app.teams.repositories import MembershipRepository, SellerRepository
from app.teams.schemas import SellerUpdate, TeamUpdate

CREATED_PER_PERSON = RateLimit("team:person", attempts=10, window_seconds=24 * 3600)


async def create_team(session: AsyncSession, name: str, *, owner_id: UUID, actor: Actor | None = None) -> Team:
    """Create a team with its owner; the transaction works in that team from here on."""
    team = Team(id=new_id(), name=name.strip())
    await enter_scope(session, TenantScope(team_id=team.id, user_id=owner_id, actor=actor))
    session.add(team)
    await session.flush()  # no relationships are mapped, so the order of the inserts is ours to give
    session.add_all(
        [
            Membership(team_id=team.id, user_id=owner_id, role=Role.OWNER),
            SellerProfile(team_id=team.id, legal_name=team.name),
        ]
    )
    await session.flush()
    return team


class OwnTeamsService:
    """The teams of one person, whichever they are working in."""

    def __init__(self, session: AsyncSession, browser_sessions: SessionService, limiter: RateLimiter) -> None:
        self._session = session
        self._browser_sessions = browser_sessions
        self._limiter = limiter

    async def create(self, name: str, principal: Principal) -> tuple[Team, str]:
        """Create a team and go on in it; return the session's new token, too."""
        await self._limiter.spend((CREATED_PER_PERSON, str(principal.user_id)))
        team = await create_team(self._session, name, owner_id=principal.user_id, actor=principal.actor)
        return team, await self._browser_sessions.renew(principal.credential_id, team_id=team.id)

    async def switch(self, team_id: UUID, principal: Principal) -> str:
        """Go on in another team under a new session id; return its token."""
        if not await MembershipRepository(self._session).is_member(principal.user_id, team_id):
            raise NotYourTeam
        return await self._browser_sessions.renew(principal.credential_id, team_id=team_id)

    async def leave(self, team_id: UUID, principal: Principal) -> None:
        await leave_team(self._session, principal, team_id)


class TeamService:
    def __init__(self, session: AsyncSession, team_id: UUID) -> None:
        self._sellers = SellerRepository(session, team_id)

    async def get(self) -> tuple[Team, SellerProfile]:
        team, seller = await self._sellers.get_team(), await self._sellers.get_profile()
        if team is None or seller is None:
            raise NotFound("This team does not exist any more.")
        return team, seller

    async def update(self, data: TeamUpdate) -> tuple[Team, SellerProfile]:
        team, seller = await self.get()
        if data.name is not UNSET:
            team.name = data.name.strip()
        if data.currency is not UNSET:
            seller.currency = _known_currency(data.currency)
        if data.payment_terms_days is not UNSET:
            seller.payment_terms_days = data.payment_terms_days
        if data.invoice_number_prefix is not UNSET:
            seller.invoice_number_prefix = (
                data.invoice_number_prefix.strip()
            )  # `$` of the pattern lets a line break through
        if data.seller is not UNSET:
            _apply(seller, data.seller)
        return team, seller


def _apply(seller: SellerProfile, data: SellerUpdate) -> None:
    if data.country_code is not UNSET and data.country_code and data.country_code not in COUNTRY_CODES:
        raise InvalidInput("seller.country_code", "This is not an ISO 3166-1 country code.")
    for field, value in structs.asdict(data).items():
        if value is not UNSET:
            setattr(seller, field, value.strip())
    if data.email is not UNSET and data.email:
        seller.email = normalize_email(data.email, path="seller.email")
    if data.iban is not UNSET:
        seller.iban = data.iban.replace(" ", "").upper()
        if seller.iban and not is_valid_iban(seller.iban):
            raise InvalidInput(
                "seller.iban", "The check digits of this IBAN do not fit: please compare it with your bank's."
            )


def _known_currency(code: str) -> str:
    try:
        return Currency.of(code).code
    except UnknownCurrency:
        raise InvalidInput("currency", "This is not an ISO 4217 currency.") from None
