from litestar import Controller, get, patch
from litestar.di import Provide

from app.auth.guards import requires
from app.auth.permissions import Permission
from app.models import SellerProfile
from app.models import Team as TeamRow
from app.teams.deps import provide_team_service
from app.teams.schemas import Seller, Team, TeamUpdate
from app.teams.services import TeamService


class TeamController(Controller):
    path = "/team"
    tags = ("Team",)
    dependencies = {"teams": Provide(provide_team_service, sync_to_thread=False)}

    @get("/", guards=[requires(Permission.TEAM_READ)])
    async def get_team(self, teams: TeamService) -> Team:
        """Your team, as it stands on its invoices."""
        return _to_schema(*await teams.get())

    @patch("/", guards=[requires(Permission.TEAM_WRITE)])
    async def update_team(self, data: TeamUpdate, teams: TeamService) -> Team:
        """Change the team; issued invoices keep what they were issued with."""
        return _to_schema(*await teams.update(data))


def _to_schema(team: TeamRow, seller: SellerProfile) -> Team:
    return Team(
        id=team.id,
        name=team.name,
        seller=Seller(**{field: getattr(seller, field) for field in Seller.__struct_fields__}),
        currency=seller.currency,
        payment_terms_days=seller.payment_terms_days,
        invoice_number_prefix=seller.invoice_number_prefix,
    )
