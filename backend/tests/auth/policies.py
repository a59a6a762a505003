"""Which handlers there are, what each declares about its callers, and a valid call of each."""

import re
from collections.abc import Callable, Iterator
from typing import Any, get_args
from uuid import UUID, uuid4

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from app.auth.guards import Identified, PlatformAdmin, Public, Requires, SignedIn
from app.server.openapi import http_handlers

type Policy = Public | Identified | SignedIn | Requires | PlatformAdmin
type Ids = dict[str, str]
type Json = dict[str, Any]

# Routes of libraries, in development only (test_production_has_no_development_routes); each with its reason.
OPEN_LIBRARY_ROUTES = {
    "/saq/static/{file_path:path}": "scripts and styles of SAQ's page; its data is behind the guard",
    "/schema": "the API's own description",
    "/schema/openapi.json": "the API's own description",
    "/schema/openapi.yaml": "the API's own description",
    "/schema/{path:str}": "answers 404",
}

LINE: Json = {
    "description": "Work",
    "quantity": "1",
    "unit_code": "HUR",
    "unit_price": "10.00",
    "tax_category": "S",
    "tax_rate": "19",
}

# A valid body for every handler that takes one: without it a refusal could be about the body and prove nothing.
BODIES: dict[str, Callable[[Ids], Json]] = {
    "update_me": lambda _: {"name": "New name"},
    "change_password": lambda _: {"current_password": "not my password", "new_password": "correct horse battery"},
    # accounts
    "verify_my_email": lambda _: {"token": "a-link-that-nobody-was-mailed"},
    "start_email_change": lambda _: {"new_email": "another.address@example.com"},
    "request_my_deletion": lambda _: {"confirmation": "not my address"},
    "update_team": lambda _: {"name": "New team name"},
    "create_customer": lambda _: {"name": "Someone", "email": "someone@example.com", "currency": "EUR"},
    "update_customer": lambda _: {"name": "Renamed"},
    "create_invoice": lambda ids: {"customer_id": ids["customer_id"], "currency": "EUR", "lines": [LINE]},
    "replace_invoice_draft": lambda ids: {"customer_id": ids["customer_id"], "currency": "EUR", "lines": [LINE]},
    "calculate_invoice": lambda _: {"currency": "EUR", "lines": [LINE]},
    "issue_invoice": lambda _: {},
    "void_invoice": lambda _: {"reason": "A mistake"},
    "record_payment": lambda _: {"amount": "1.00", "paid_on": "2026-01-05", "method": "cash"},
    "reverse_payment": lambda _: {"reason": "A mistake"},
    # second factors
    "confirm_authenticator": lambda _: {"code": "123456"},
    "add_passkey": lambda _: {"name": "Key ring", "credential": {}},
    "rename_passkey": lambda _: {"name": "Desk"},
    "take_second_step": lambda _: {"code": "123456"},
    "take_second_step_with_passkey": lambda _: {"credential": {}},
    "take_step_up": lambda _: {"password": "not my password"},
    "take_step_up_with_passkey": lambda _: {"credential": {}},
    # federation
    "begin_linking": lambda _: {"next_path": "/settings/security"},
    "begin_federated_step_up": lambda _: {"next_path": "/settings/security"},
    # teams
    "update_member": lambda _: {"role": "member"},
    "transfer_ownership": lambda ids: {"user_id": ids["user_id"], "is_handover": False},
    "create_invitation": lambda _: {"email": "guest@example.com", "role": "viewer"},
    "request_team_deletion": lambda ids: {"name": ids["team_name"]},
    "create_team": lambda _: {"name": "Another team"},
    "switch_team": lambda ids: {"team_id": ids["team_id"]},
    "accept_invitation": lambda _: {"token": "of no invitation"},
    # clients
    "create_api_key": lambda _: {"name": "Export", "scopes": ["customers:read"]},
    "connect_api_client": lambda _: {"name": "Sync", "scopes": ["customers:read"]},
    # jobs
    **dict.fromkeys(("cancel_jobs", "replay_jobs"), lambda ids: {"ids": [ids["job_id"]], "filters": {"states": []}}),
    **dict.fromkeys(
        ("cancel_any_jobs", "replay_any_jobs"),
        lambda ids: {"ids": [ids["job_id"]], "filters": {"states": [], "team_id": ids["team_id"]}},
    ),
    "pause_jobs": lambda _: {"task": "daily_cleanup"},
    "resume_jobs": lambda _: {"task": "daily_cleanup"},
    "update_schedule": lambda _: {"is_enabled": False},
    # admin
    "disable_user": lambda _: {"reason": "Spam"},
    "start_impersonation": lambda ids: {"reason": "They asked for help", "team_id": ids["team_id"]},
}
BODILESS_WRITES = {
    # accounts
    "resend_my_verification",
    "cancel_email_change",
    "end_my_session",
    "end_my_other_sessions",
    "start_my_export",
    "cancel_my_deletion",
    # teams
    "remove_member",
    "cancel_team_deletion",
    "resend_invitation",
    "revoke_invitation",
    "leave_team",
    "accept_my_invitation",
    "decline_my_invitation",
    "log_out",
    "unlink_account",
    "archive_customer",
    "restore_customer",
    "send_invoice",
    "delete_invoice_draft",
    "job_abort",
    "job_retry",
    # second factors
    "start_authenticator",
    "remove_authenticator",
    "renew_recovery_codes",
    "get_passkey_creation_options",
    "remove_passkey",
    "get_second_step_passkey_options",
    "get_step_up_passkey_options",
    # clients
    "revoke_api_key",
    "revoke_api_client",
    # jobs
    "cancel_job",
    "start_job_now",
    "replay_job",
    "cancel_any_job",
    "start_any_job_now",
    "replay_any_job",
    "run_schedule",
    # admin
    "enable_user",
    "end_user_sessions",
    "send_user_verification",
    "make_administrator",
    "remove_administrator",
    "end_impersonation",
}
# The right callers' own answers to the sample call, where they are not all a success.
REFUSED_SAMPLES: dict[str, set[int]] = {
    "change_password": {204, 422},
    "send_invoice": {409},
    "void_invoice": {409},
    # second factors
    "confirm_authenticator": {409},
    "add_passkey": {422},
    "remove_authenticator": {404},
    "renew_recovery_codes": {409},
    "take_second_step": {409, 422},
    "take_second_step_with_passkey": {409, 422},
    "get_second_step_passkey_options": {200, 409},
    "take_step_up": {409, 422},
    "take_step_up_with_passkey": {422},
    # federation: no provider is configured in the matrix
    "begin_linking": {404},
    "begin_federated_step_up": {404},
    # accounts
    "resend_my_verification": {202, 409},
    "verify_my_email": {409},
    "cancel_email_change": {409},
    "request_my_deletion": {422},
    # teams: nobody deletes this team, and the invitation is for somebody else
    "cancel_team_deletion": {409},
    "accept_invitation": {404},
    "accept_my_invitation": {404},
    "decline_my_invitation": {404},
    # admin
    "end_impersonation": {204, 409},
    "send_user_verification": {409},  # the colleague has confirmed
    # whoever is in no team, or not in that one
    "switch_team": {200, 204, 404},
    "leave_team": {200, 204, 404, 409},
}
# A stream does not end by itself; tests/events/ opens it over a real connection.
STREAMS = {"stream_events", "stream_job_changes"}
# Pages of a library that talks to a queue of its own; who is let in is ours to say, the answer is the library's.
LIBRARY_PATHS = ("/saq",)

# Path parameters that are no object's id.
WORDS = {
    "queue_id": "default",
    "job_id": "none",
    "schedule_name": "daily_cleanup",
    "path": "some-page",
    "provider": "unknown",
}
# Which of a team's objects a parameter means, where handlers of one name need different ones.
OBJECTS_OF: dict[str, Ids] = {
    name: {"invoice_id": "draft_id"} for name in ("replace_invoice_draft", "delete_invoice_draft", "issue_invoice")
} | {name: {"job_id": "finished_job_id"} for name in ("replay_job", "replay_jobs", "replay_any_job", "replay_any_jobs")}


class Endpoint(msgspec.Struct, frozen=True):
    path: str
    method: str
    name: str
    policy: Policy | None
    handler: HTTPRouteHandler

    @property
    def id(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_safe(self) -> bool:
        return self.method in {"GET", "HEAD", "OPTIONS"}

    @property
    def is_public(self) -> bool:
        return isinstance(self.policy, Public)

    @property
    def is_library(self) -> bool:
        return self.path.startswith(LIBRARY_PATHS)

    @property
    def path_names(self) -> list[str]:
        return re.findall(r"{(\w+):", self.path)

    @property
    def query_ids(self) -> list[str]:
        """Query parameters that hold an id, by the name they have outside."""
        found: list[str] = []
        parameters = self.handler.parsed_fn_signature.parameters
        for name, definition in parameters.items():
            if name in self.path_names or name in self.handler.resolve_dependencies():
                continue
            annotation = definition.annotation
            if annotation is UUID or UUID in get_args(annotation):
                found.append(getattr(definition.kwarg_definition, "name", None) or name)
        return found

    @property
    def has_cursor(self) -> bool:
        return "cursor" in self.handler.parsed_fn_signature.parameters

    def url(self, ids: Ids) -> str:
        def value(found: re.Match[str]) -> str:
            word = None if found[2] == "uuid" else WORDS.get(found[1])
            return ids.get(found[1]) or word or str(uuid4())

        return re.sub(r"{(\w+):(\w+)}", value, self.path)

    def body(self, ids: Ids) -> Json | None:
        return BODIES[self.name](ids) if self.name in BODIES else None

    def ids(self, of_owner: Ids) -> Ids:
        """The owner's ids under the names that this handler's parameters have."""
        return of_owner | {name: of_owner[key] for name, key in OBJECTS_OF.get(self.name, {}).items()}


def endpoints(app: Litestar) -> Iterator[Endpoint]:
    # Litestar keeps a path's handlers in a set; parallel workers must collect the same order.
    for path, handler in sorted(http_handlers(app), key=lambda found: (found[0], sorted(found[1].http_methods))):
        if handler.handler_name == "options_handler":
            continue  # Litestar's own: answers with the allowed methods and nothing else
        policies: list[Policy] = [
            guard
            for guard in handler.resolve_guards()
            if isinstance(guard, Public | Identified | SignedIn | Requires | PlatformAdmin)
        ]
        policy = policies[-1] if len(policies) == 1 else None
        for method in sorted(handler.http_methods):
            yield Endpoint(path, str(method), handler.handler_name, policy, handler)
