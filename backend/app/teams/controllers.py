from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.di import Provide
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED, HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT

from app.auth.caller import AnyPrincipal, Caller
from app.auth.client import ClientInfo
from app.auth.cookies import session_cookie
from app.auth.guards import public, requires, signed_in
from app.auth.permission_table import PermissionTable, permission_table
from app.auth.permissions import Permission
from app.config import Settings
from app.lib import clock
from app.models import Role
from app.teams.closing import ClosingService
from app.teams.deps import (
    provide_closing_service,
    provide_invitation_service,
    provide_joining_service,
    provide_member_service,
    provide_own_teams_service,
    provide_team_service,
)
from app.teams.invitations import InvitationService
from app.teams.joining import JoiningService
from app.teams.members import MemberService
from app.teams.presenting import to_invitation, to_member, to_member_list, to_preview, to_received, to_team
from app.teams.schemas import (
    Invitation,
    InvitationCreate,
    InvitationJoin,
    InvitationLink,
    InvitationList,
    InvitationPreview,
    Member,
    MemberList,
    MemberUpdate,
    OwnershipTransfer,
    ReceivedInvitationList,
    Team,
    TeamCreate,
    TeamDeletion,
    TeamDeletionDue,
    TeamReference,
    TeamSwitch,
    TeamUpdate,
)
from app.teams.services import OwnTeamsService, TeamService

_A_LINK_IS_ENOUGH = "whoever has the link reads the invited address's mail"


class TeamController(Controller):
    path = "/team"
    tags = ("Team",)
    dependencies = {
        "teams": Provide(provide_team_service, sync_to_thread=False),
        "closing": Provide(provide_closing_service, sync_to_thread=False),
    }

    @get("/", guards=[requires(Permission.TEAM_READ)])
    async def get_team(self, teams: TeamService) -> Team:
        """Your team, as it stands on its invoices."""
        return to_team(*await teams.get())

    @patch("/", guards=[requires(Permission.TEAM_WRITE)])
    async def update_team(self, data: TeamUpdate, teams: TeamService) -> Team:
        """Change the team; issued invoices keep what they were issued with."""
        return to_team(*await teams.update(data))

    @post(
        "/deletion",
        guards=[requires(Permission.TEAM_DELETE, is_fresh=True)],
        status_code=HTTP_202_ACCEPTED,
    )
    async def request_team_deletion(self, data: TeamDeletion, closing: ClosingService) -> TeamDeletionDue:
        """Have the team deleted in 14 days, under its name typed once more; every member is told by mail."""
        return TeamDeletionDue(deletion_due_at=await closing.request(data.name))

    @delete("/deletion", guards=[requires(Permission.TEAM_DELETE)])
    async def cancel_team_deletion(self, closing: ClosingService) -> None:
        """Keep the team after all."""
        await closing.call_off()


class MemberController(Controller):
    path = "/team"
    tags = ("Members",)
    dependencies = {
        "members": Provide(provide_member_service, sync_to_thread=False),
        "invitations": Provide(provide_invitation_service, sync_to_thread=False),
    }

    @get("/members", guards=[requires(Permission.MEMBERS_READ)])
    async def list_members(
        self, caller: Caller, members: MemberService, invitations: InvitationService, settings: Settings
    ) -> MemberList:
        """Who is in the team, and how many seats are taken."""
        rows = await members.list_members()
        return to_member_list(rows, caller, settings, pending_invitations=await invitations.count_pending())

    @patch("/members/{user_id:uuid}", guards=[requires(Permission.MEMBERS_MANAGE)])
    async def update_member(self, user_id: UUID, data: MemberUpdate, caller: Caller, members: MemberService) -> Member:
        """Give a member another role, effective at once; taking ownership asks for a fresh proof of identity."""
        return to_member(await members.change_role(user_id, Role(data.role)), caller)

    @delete("/members/{user_id:uuid}", guards=[requires(Permission.MEMBERS_MANAGE)])
    async def remove_member(self, user_id: UUID, members: MemberService) -> None:
        """Take a member out of the team, effective at once; they are told by mail."""
        await members.remove(user_id)

    @post("/ownership", guards=[requires(Permission.OWNERSHIP_TRANSFER, is_fresh=True)], status_code=HTTP_200_OK)
    async def transfer_ownership(self, data: OwnershipTransfer, caller: Caller, members: MemberService) -> Member:
        """Make a member an owner beside you or, as a handover, in your place; every owner is told by mail."""
        return to_member(await members.share_ownership(data.user_id, is_handover=data.is_handover), caller)

    @get("/invitations", guards=[requires(Permission.MEMBERS_READ)])
    async def list_invitations(self, invitations: InvitationService) -> InvitationList:
        """Open invitations, and those of the last 30 days that ended."""
        now = clock.now()
        return InvitationList(items=[to_invitation(sent, now=now) for sent in await invitations.list_invitations()])

    @post("/invitations", guards=[requires(Permission.MEMBERS_INVITE)])
    async def create_invitation(self, data: InvitationCreate, invitations: InvitationService) -> Invitation:
        """Invite an address by mail; the link works for seven days, once. Whether it has an account is not told."""
        return to_invitation(await invitations.invite(data.email, Role(data.role)), now=clock.now())

    @post(
        "/invitations/{invitation_id:uuid}/resend",
        guards=[requires(Permission.MEMBERS_INVITE)],
        status_code=HTTP_200_OK,
    )
    async def resend_invitation(self, invitation_id: UUID, invitations: InvitationService) -> Invitation:
        """Send a new link, valid for seven days from now; the former one stops working."""
        return to_invitation(await invitations.resend(invitation_id), now=clock.now())

    @delete("/invitations/{invitation_id:uuid}", guards=[requires(Permission.MEMBERS_INVITE)])
    async def revoke_invitation(self, invitation_id: UUID, invitations: InvitationService) -> None:
        """Withdraw an invitation: its link stops working."""
        await invitations.revoke(invitation_id)


class OwnTeamsController(Controller):
    path = "/me"
    tags = ("Me",)
    dependencies = {
        "own_teams": Provide(provide_own_teams_service, sync_to_thread=False),
        "joining": Provide(provide_joining_service, sync_to_thread=False),
    }

    @post("/teams", guards=[signed_in])
    async def create_team(
        self, data: TeamCreate, principal: AnyPrincipal, own_teams: OwnTeamsService, settings: Settings
    ) -> Response[TeamReference]:
        """Create a further team with you as its owner, and go on in it under a new session id."""
        team, token = await own_teams.create(data.name, principal)
        return Response(
            TeamReference(id=team.id, name=team.name),
            status_code=HTTP_201_CREATED,
            cookies=[session_cookie(token, settings)],
        )

    @post("/team", guards=[signed_in], status_code=HTTP_204_NO_CONTENT)
    async def switch_team(
        self, data: TeamSwitch, principal: AnyPrincipal, own_teams: OwnTeamsService, settings: Settings
    ) -> Response[None]:
        """Go on in another team of yours, under a new session id."""
        token = await own_teams.switch(data.team_id, principal)
        return Response(None, status_code=HTTP_204_NO_CONTENT, cookies=[session_cookie(token, settings)])

    @delete("/teams/{team_id:uuid}", guards=[signed_in])
    async def leave_team(self, team_id: UUID, principal: AnyPrincipal, own_teams: OwnTeamsService) -> None:
        """Leave a team; its only owner makes somebody else an owner first."""
        await own_teams.leave(team_id, principal)

    @get("/invitations", guards=[signed_in])
    async def list_my_invitations(self, principal: AnyPrincipal, joining: JoiningService) -> ReceivedInvitationList:
        """Invitations that wait at your confirmed address."""
        return ReceivedInvitationList(items=[to_received(*row) for row in await joining.list_own(principal)])

    @post("/invitations/{invitation_id:uuid}/accept", guards=[signed_in], status_code=HTTP_200_OK)
    async def accept_my_invitation(
        self, invitation_id: UUID, principal: AnyPrincipal, joining: JoiningService, settings: Settings
    ) -> Response[TeamReference]:
        """Join the team, and go on in it under a new session id."""
        team, token = await joining.accept_own(invitation_id, principal)
        return Response(TeamReference(id=team.id, name=team.name), cookies=[session_cookie(token, settings)])

    @post("/invitations/{invitation_id:uuid}/decline", guards=[signed_in], status_code=HTTP_204_NO_CONTENT)
    async def decline_my_invitation(
        self, invitation_id: UUID, principal: AnyPrincipal, joining: JoiningService
    ) -> None:
        """Turn the invitation down; whoever sent it is told by mail."""
        await joining.decline_own(invitation_id, principal)


class InvitationLinkController(Controller):
    path = "/invitations"
    tags = ("Invitations",)
    dependencies = {"joining": Provide(provide_joining_service, sync_to_thread=False)}

    @post("/look-up", guards=[public(_A_LINK_IS_ENOUGH)], status_code=HTTP_200_OK)
    async def look_up_invitation(
        self, data: InvitationLink, joining: JoiningService, client: ClientInfo
    ) -> InvitationPreview:
        """What a link is about: the team, who invites, and as what."""
        sent, team, has_account = await joining.look_up(data.token, client)
        return to_preview(sent, team, has_account=has_account)

    @post("/accept", guards=[signed_in], status_code=HTTP_200_OK)
    async def accept_invitation(
        self, data: InvitationLink, principal: AnyPrincipal, joining: JoiningService, settings: Settings
    ) -> Response[TeamReference]:
        """Join as who you are signed in as, if the invitation is for your address; go on in that team under a new session id."""
        team, token = await joining.accept(data.token, principal)
        return Response(TeamReference(id=team.id, name=team.name), cookies=[session_cookie(token, settings)])

    @post("/join", guards=[public(_A_LINK_IS_ENOUGH)])
    async def join_by_invitation(
        self,
        data: InvitationJoin,
        joining: JoiningService,
        client: ClientInfo,
        settings: Settings,
        request: Request[Any, Any, Any],
    ) -> Response[TeamReference]:
        """Join as a new person: makes the account, confirms its address, and signs in."""
        team, token = await joining.join_as_new_person(
            data.token,
            name=data.name,
            password=data.password,
            client=client,
            previous_token=request.cookies.get(settings.session_cookie),
        )
        return Response(
            TeamReference(id=team.id, name=team.name),
            status_code=HTTP_201_CREATED,
            cookies=[session_cookie(token, settings)],
        )

    @post("/decline", guards=[public(_A_LINK_IS_ENOUGH)], status_code=HTTP_204_NO_CONTENT)
    async def decline_invitation(self, data: InvitationLink, joining: JoiningService, client: ClientInfo) -> None:
        """Turn the invitation down; whoever sent it is told by mail."""
        await joining.decline(data.token, client)


class PermissionController(Controller):
    path = "/public/permissions"
    tags = ("Public",)

    @get("/", guards=[public("what roles may do is no secret; it stands in the documentation")])
    async def get_permission_table(self) -> PermissionTable:
        """What each role may do, in plain words."""
        return permission_table()
