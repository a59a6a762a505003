"""One notice for every change of what opens an account: what, when, from where, and what to do if it wasn't you."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from app.lib.documents.formatting import long_date
from app.lib.mail_templates.rendering import Action, Letter, unlinked, write_letter


class CredentialChange(StrEnum):
    """What somebody must hear about, at once and outside the product."""

    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - an event's name
    PASSWORD_RESET = "password_reset"  # noqa: S105 - an event's name
    EMAIL_CHANGED = "email_changed"
    TWO_STEP_TURNED_ON = "two_step_turned_on"
    TWO_STEP_TURNED_OFF = "two_step_turned_off"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    RECOVERY_CODE_USED = "recovery_code_used"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    ACCOUNT_LINKED = "account_linked"
    ACCOUNT_UNLINKED = "account_unlinked"
    API_KEY_CREATED = "api_key_created"
    API_KEY_REVOKED = "api_key_revoked"
    REFRESH_TOKEN_REUSED = "refresh_token_reused"  # noqa: S105 - an event's name
    DELETION_CANCELLED = "deletion_cancelled"


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody was, as their connection and their browser said."""

    ip_address: str
    browser: str

    def facts(self) -> list[tuple[str, str]]:
        # An address has colons and dots of its own, and comes from the server; only the browser's words are a stranger's.
        return [("IP address", self.ip_address), ("Browser", unlinked(self.browser) or "Not given")]


class _Notice(msgspec.Struct, frozen=True):
    subject: str
    what: str
    if_not_you: str
    about: str = ""  # the label of the name that comes with it


_TAKE_BACK = "change your password and end your other sessions"
_NOTICES = {
    CredentialChange.PASSWORD_CHANGED: _Notice(
        "Your password was changed",
        "The password of your Quittance account was changed, and your other sessions were ended.",
        "set a new password with “Forgot your password?” on the log-in page",
    ),
    CredentialChange.PASSWORD_RESET: _Notice(
        "Your password was reset",
        "The password of your Quittance account was set anew through a link in a mail to this address, "
        "and your sessions were ended.",
        "somebody else reads your mail: change the password of your mailbox first, then set a new one here",
    ),
    CredentialChange.EMAIL_CHANGED: _Notice(
        "Your e-mail address was changed",
        "Your Quittance account has a new e-mail address. You can't log in with this one any more.",
        "ask whoever runs this Quittance for your account back, from this address",
        "New address",
    ),
    CredentialChange.TWO_STEP_TURNED_ON: _Notice(
        "Two-step log-in was turned on",
        "From now on, logging in to your Quittance account with a password takes a code from an app as well.",
        f"turn it off again, {_TAKE_BACK}",
    ),
    CredentialChange.TWO_STEP_TURNED_OFF: _Notice(
        "Two-step log-in was turned off",
        "Your password alone opens your Quittance account again.",
        f"turn it on again, {_TAKE_BACK}",
    ),
    CredentialChange.RECOVERY_CODES_RENEWED: _Notice(
        "Your recovery codes were made anew",
        "Your Quittance account has new recovery codes. The old ones don't work any more.",
        f"make new ones again, {_TAKE_BACK}",
    ),
    CredentialChange.RECOVERY_CODE_USED: _Notice(
        "A recovery code was used",
        "Somebody logged in to your Quittance account with one of your recovery codes. It doesn't work a second time.",
        f"make new recovery codes, {_TAKE_BACK}",
    ),
    CredentialChange.PASSKEY_ADDED: _Notice(
        "A passkey was added",
        "Your Quittance account can be opened with a new passkey.",
        f"remove the passkey, {_TAKE_BACK}",
        "Passkey",
    ),
    CredentialChange.PASSKEY_REMOVED: _Notice(
        "A passkey was removed",
        "A passkey no longer opens your Quittance account.",
        f"add it again, {_TAKE_BACK}",
        "Passkey",
    ),
    CredentialChange.ACCOUNT_LINKED: _Notice(
        "An account was linked",
        "Your Quittance account can be opened through an account elsewhere.",
        f"unlink it, {_TAKE_BACK}",
        "Account with",
    ),
    CredentialChange.ACCOUNT_UNLINKED: _Notice(
        "An account was unlinked",
        "An account elsewhere no longer opens your Quittance account.",
        f"link it again, {_TAKE_BACK}",
        "Account with",
    ),
    CredentialChange.API_KEY_CREATED: _Notice(
        "An API key was created",
        "A new API key can act in your team's name.",
        f"revoke the key, {_TAKE_BACK}",
        "Key",
    ),
    CredentialChange.API_KEY_REVOKED: _Notice(
        "An API key was revoked",
        "An API key was revoked. Programs that use it are refused from now on.",
        f"make a new key for those programs, {_TAKE_BACK}",
        "Key",
    ),
    CredentialChange.REFRESH_TOKEN_REUSED: _Notice(
        "A program's access was ended",
        "A program showed an old refresh token that had been replaced. Somebody may have copied it, "
        "so we ended the access of every program that descends from the same log-in.",
        f"and the program is not at fault, {_TAKE_BACK}",
        "Program",
    ),
    CredentialChange.DELETION_CANCELLED: _Notice(
        "Your account will not be deleted",
        "The deletion of your Quittance account was called off. Everything stays as it was.",
        _TAKE_BACK,
    ),
}


def moment(when: datetime) -> str:
    at = when.astimezone(UTC)
    return f"{long_date(at.date())} at {at:%H:%M} UTC"


def moment_and_origin(when: datetime, where: Origin) -> list[tuple[str, str]]:
    return [("When", moment(when)), *where.facts()]


def render_credential_changed(
    *, name: str, what: CredentialChange, when: datetime, where: Origin, security_link: str, about: str = ""
) -> Letter:
    """To the person whose account it is; `about` names the passkey, the provider, the key, the program or the new address."""
    notice = _NOTICES[what]
    named = [(notice.about, unlinked(about))] if notice.about and about else []
    return _notice(
        name, notice.subject, notice.what, [*named, *moment_and_origin(when, where)], notice.if_not_you, security_link
    )


def render_impersonation_started(
    *, name: str, by: str, reason: str, when: datetime, until: datetime, security_link: str
) -> Letter:
    """An administrator looks at the product as this person; the address of the administrator is nobody's business."""
    return write_letter(
        subject="An administrator is looking at your account",
        to_name=name,
        paragraphs=["An administrator of this Quittance has opened your account to see what you see."],
        facts=[
            ("Administrator", unlinked(by)),
            ("Reason", unlinked(reason, 500)),
            ("From", moment(when)),
            ("Until", moment(until)),
        ],
        button=Action("Check your account", security_link),
        closing=["If you didn't ask for help and the reason makes no sense to you, ask whoever runs this Quittance."],
    )


def _notice(
    name: str, subject: str, what: str, facts: Sequence[tuple[str, str]], if_not_you: str, security_link: str
) -> Letter:
    return write_letter(
        subject=subject,
        to_name=name,
        paragraphs=[what],
        facts=facts,
        button=Action("Check your account", security_link),
        closing=["If it was you, all is well.", f"If it wasn't you, {if_not_you}."],
    )
