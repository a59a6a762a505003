from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post
from litestar.di import Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.status_codes import HTTP_200_OK, HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT

from app.access.schemas import LogInResult
from app.accounts.deps import (
    provide_deletion_service,
    provide_email_change_service,
    provide_export_service,
    provide_own_session_service,
    provide_password_service,
    provide_sign_up_service,
)
from app.accounts.email_changes import EmailChangeService
from app.accounts.exports import ExportService
from app.accounts.leaving import DeletionService
from app.accounts.passwords import PasswordService
from app.accounts.schemas import (
    AddressInput,
    Deletion,
    DeletionInput,
    EmailChange,
    EmailChangeInput,
    EmailChangeState,
    EmailChangeStep,
    Export,
    LinkInput,
    MailPromise,
    PasswordChange,
    PasswordReset,
    SessionList,
    SignUp,
    VerifyEmail,
)
from app.accounts.services import OwnSessionService
from app.accounts.signing_up import SignUpService
from app.auth.caller import AnyPrincipal
from app.auth.client import ClientInfo
from app.auth.cookies import expired_session_cookie, session_cookie
from app.auth.guards import public, signed_in, signed_in_recently
from app.auth.known_browsers import known_browser_cookie
from app.config import Settings
from app.lib import clock


class SignUpController(Controller):
    path = "/auth"
    tags = ("Access",)
    dependencies = {"sign_ups": Provide(provide_sign_up_service, sync_to_thread=False)}

    @post("/sign-up", guards=[public("whoever signs up has no account yet")], status_code=HTTP_202_ACCEPTED)
    async def sign_up(self, data: SignUp, sign_ups: SignUpService, client: ClientInfo) -> MailPromise:
        """Ask for an account and a team of its own; the address is mailed a link that makes them."""
        return await sign_ups.sign_up(data, client)

    @post("/verify-email", guards=[public("whoever confirms an address has no account yet")], status_code=HTTP_200_OK)
    async def verify_email(
        self,
        data: VerifyEmail,
        sign_ups: SignUpService,
        client: ClientInfo,
        settings: Settings,
        request: Request[Any, Any, Any],
    ) -> Response[LogInResult]:
        """Make the account that the mailed link and its password stand for, and sign in."""
        previous_token = request.cookies.get(settings.session_cookie)
        result, token, email = await sign_ups.verify(data, client, previous_token=previous_token)
        return Response(result, cookies=[session_cookie(token, settings), known_browser_cookie(email, settings)])

    @post(
        "/verify-email/resend",
        guards=[public("whoever waits for the mail has no account yet")],
        status_code=HTTP_202_ACCEPTED,
    )
    async def resend_verification(self, data: AddressInput, sign_ups: SignUpService, client: ClientInfo) -> MailPromise:
        """Mail the link again, if the address waits for one; the answer is the same for every address."""
        return await sign_ups.resend(data.email, client)


class PasswordResetController(Controller):
    path = "/auth/password-reset"
    tags = ("Access",)
    dependencies = {"accounts": Provide(provide_password_service, sync_to_thread=False)}

    @post("/", guards=[public("whoever forgot a password cannot sign in")], status_code=HTTP_202_ACCEPTED)
    async def request_password_reset(
        self, data: AddressInput, accounts: PasswordService, client: ClientInfo
    ) -> MailPromise:
        """Mail a link that sets a new password, if the address has an account; the answer is the same for every address."""
        return await accounts.request_reset(data.email, client)

    @post("/complete", guards=[public("whoever forgot a password cannot sign in")], status_code=HTTP_204_NO_CONTENT)
    async def reset_password(self, data: PasswordReset, accounts: PasswordService, client: ClientInfo) -> None:
        """Set the new password and end every session; log in afterwards, with both factors where you have two."""
        await accounts.reset(data, client)


class EmailChangeLinkController(Controller):
    path = "/auth/email-change"
    tags = ("Access",)
    dependencies = {"changes": Provide(provide_email_change_service, sync_to_thread=False)}

    @post("/confirm", guards=[public("the mail may be read where nobody is signed in")], status_code=HTTP_200_OK)
    async def confirm_email_change(
        self, data: LinkInput, changes: EmailChangeService, client: ClientInfo
    ) -> EmailChangeStep:
        """Agree for one of the two addresses; with the second one the address changes."""
        return await changes.confirm(data.token, client)

    @post("/refuse", guards=[public("the mail may be read where nobody is signed in")], status_code=HTTP_204_NO_CONTENT)
    async def refuse_email_change(self, data: LinkInput, changes: EmailChangeService, client: ClientInfo) -> None:
        """Cancel the change from the present address."""
        await changes.refuse(data.token, client)


class MyCredentialsController(Controller):
    path = "/me"
    tags = ("Me",)
    dependencies = {
        "accounts": Provide(provide_password_service, sync_to_thread=False),
        "changes": Provide(provide_email_change_service, sync_to_thread=False),
        "sign_ups": Provide(provide_sign_up_service, sync_to_thread=False),
    }

    @post("/password", guards=[signed_in_recently], status_code=HTTP_204_NO_CONTENT)
    async def change_password(
        self,
        data: PasswordChange,
        principal: AnyPrincipal,
        accounts: PasswordService,
        client: ClientInfo,
        settings: Settings,
    ) -> Response[None]:
        """Set or change your password; every other session of yours ends, and this one gets a new id."""
        token = await accounts.change(principal, data, client)
        return Response(None, status_code=HTTP_204_NO_CONTENT, cookies=[session_cookie(token, settings)])

    @post("/verification-mail", guards=[signed_in], status_code=HTTP_202_ACCEPTED)
    async def resend_my_verification(self, principal: AnyPrincipal, sign_ups: SignUpService) -> MailPromise:
        """Mail yourself the link that confirms your address."""
        return await sign_ups.resend_to(principal)

    @post("/verify-email", guards=[signed_in], status_code=HTTP_204_NO_CONTENT)
    async def verify_my_email(self, data: LinkInput, principal: AnyPrincipal, sign_ups: SignUpService) -> None:
        """Confirm your address with the mailed link."""
        await sign_ups.confirm_address(principal, data.token)

    @get("/email-change", guards=[signed_in])
    async def get_email_change(self, principal: AnyPrincipal, changes: EmailChangeService) -> EmailChangeState:
        """The change of address that waits to be confirmed, if there is one."""
        return await changes.pending(principal)

    @post("/email-change", guards=[signed_in_recently], status_code=HTTP_202_ACCEPTED)
    async def start_email_change(
        self, data: EmailChangeInput, principal: AnyPrincipal, changes: EmailChangeService
    ) -> EmailChange:
        """Ask for another address; both addresses are mailed and must confirm."""
        return await changes.start(principal, data.new_email)

    @delete("/email-change", guards=[signed_in])
    async def cancel_email_change(self, principal: AnyPrincipal, changes: EmailChangeService) -> None:
        """Keep your present address."""
        await changes.cancel(principal)


class MySessionController(Controller):
    path = "/me/sessions"
    tags = ("Me",)
    dependencies = {"own_sessions": Provide(provide_own_session_service, sync_to_thread=False)}

    @get("/", guards=[signed_in])
    async def list_my_sessions(self, own_sessions: OwnSessionService) -> SessionList:
        """Where you are signed in, the present session first, then the one seen last."""
        return await own_sessions.live()

    @delete("/{session_id:uuid}", guards=[signed_in])
    async def end_my_session(self, session_id: UUID, own_sessions: OwnSessionService) -> None:
        """Sign out one of your browsers or API clients, at once."""
        await own_sessions.end(session_id)

    @delete("/", guards=[signed_in])
    async def end_my_other_sessions(self, own_sessions: OwnSessionService) -> None:
        """Sign out everywhere but here."""
        await own_sessions.end_others()


class MyDataController(Controller):
    path = "/me"
    tags = ("Me",)
    dependencies = {
        "exports": Provide(provide_export_service, sync_to_thread=False),
        "deletions": Provide(provide_deletion_service, sync_to_thread=False),
    }

    @get("/export", guards=[signed_in])
    async def get_my_export(self, exports: ExportService) -> Export:
        """Your newest export and how far it is."""
        return await exports.newest()

    @post("/export", guards=[signed_in_recently], status_code=HTTP_202_ACCEPTED)
    async def start_my_export(self, exports: ExportService) -> Export:
        """Have your data collected; you are mailed when it can be downloaded."""
        return await exports.start()

    # A stale session, or an administrator's in your name, downloads nothing: neither is fresh.
    @get(
        "/export/{data_export_id:uuid}/archive",
        guards=[signed_in_recently],
        media_type="application/zip",
        responses={
            200: ResponseSpec(bytes, generate_examples=False, description="The archive", media_type="application/zip")
        },
    )
    async def download_my_export(self, data_export_id: UUID, exports: ExportService) -> Response[bytes]:
        """Your export, as a ZIP file."""
        name = f"quittance-my-data-{clock.today().isoformat()}.zip"
        return Response(
            await exports.content(data_export_id),
            media_type="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )

    @get("/deletion", guards=[signed_in])
    async def get_my_deletion(self, deletions: DeletionService) -> Deletion:
        """When your account will be deleted, and which teams stand in the way."""
        return await deletions.state()

    @post("/deletion", guards=[signed_in_recently], status_code=HTTP_202_ACCEPTED)
    async def request_my_deletion(
        self, data: DeletionInput, deletions: DeletionService, client: ClientInfo, settings: Settings
    ) -> Response[Deletion]:
        """Have your account deleted in fourteen days; you are signed out everywhere."""
        deletion = await deletions.request(data.confirmation, client)
        return Response(deletion, status_code=HTTP_202_ACCEPTED, cookies=[expired_session_cookie(settings)])

    @delete("/deletion", guards=[signed_in])
    async def cancel_my_deletion(self, deletions: DeletionService, client: ClientInfo) -> None:
        """Keep your account."""
        await deletions.cancel(client)
