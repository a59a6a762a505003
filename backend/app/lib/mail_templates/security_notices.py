"""One notice for every change of what opens an account: what, when, from where, and what to do if it wasn't you."""

from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from app.lib.documents.formatting import long_date
from app.lib.mail_templates.rendering import Action, Letter, one_line, unlinked, write_letter


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
        # An IP address has colons of its own, and the server knows it; the browser's words are anybody's.
        return [("IP address", one_line(self.ip_address)), ("Browser", unlinked(self.browser) or "Not given")]


class _Notice(msgspec.Struct, frozen=True):
    subject: str
    what: str
    advice: str
    about: str = ""  # the label of the name that comes with it


def _if_not_you(and_then: str = "") -> str:
    return (
        f"If it was you, all is well. If it wasn't, change your password and end your other sessions at once{and_then}."
    )


_NOTICES = {
    CredentialChange.PASSWORD_CHANGED: _Notice(
        "Your password was changed",
        "The password of your Quittance account was changed, and your other sessions were ended.",
        "If it was you, all is well. If it wasn't, set a new one at once, with “Forgot your password?” where you log in.",
    ),
    CredentialChange.PASSWORD_RESET: _Notice(
        "Your password was reset",
        "The password of your Quittance account was set anew through a link that we mailed to you, "
        "and your sessions were ended.",
        "If it was you, all is well. If it wasn't, somebody else reads your mail: "
        "change the password of your mailbox at once, then set a new one here.",
    ),
    CredentialChange.EMAIL_CHANGED: _Notice(
        "Your e-mail address was changed",
        "Your Quittance account has a new e-mail address. You can't log in with this one any more.",
        "If it was you, all is well. If it wasn't and you can't log in any more, "
        "write from this address to whoever runs this Quittance and ask for your account back.",
        "New address",
    ),
    CredentialChange.TWO_STEP_TURNED_ON: _Notice(
        "Two-step log-in was turned on",
        "From now on, logging in to your Quittance account with a password takes a code from an app as well.",
        _if_not_you(", then turn it off"),
    ),
    CredentialChange.TWO_STEP_TURNED_OFF: _Notice(
        "Two-step log-in was turned off",
        "No code from an app is asked for any more. Unless you have a passkey, your password alone opens your Quittance account.",
        _if_not_you(", then turn it on again"),
    ),
    CredentialChange.RECOVERY_CODES_RENEWED: _Notice(
        "Your recovery codes were made anew",
        "Your Quittance account has new recovery codes. The old ones don't work any more.",
        _if_not_you(", then make new ones again"),
    ),
    CredentialChange.RECOVERY_CODE_USED: _Notice(
        "A recovery code was used",
        "Somebody logged in to your Quittance account with one of your recovery codes. It doesn't work a second time.",
        _if_not_you(", then make new recovery codes"),
    ),
    CredentialChange.PASSKEY_ADDED: _Notice(
        "A passkey was added",
        "Your Quittance account can be opened with a new passkey.",
        _if_not_you(", then remove the passkey"),
        "Passkey",
    ),
    CredentialChange.PASSKEY_REMOVED: _Notice(
        "A passkey was removed",
        "A passkey no longer opens your Quittance account.",
        _if_not_you(", then add it again"),
        "Passkey",
    ),
    CredentialChange.ACCOUNT_LINKED: _Notice(
        "An account was linked",
        "Your Quittance account can now be opened through an account elsewhere.",
        _if_not_you(", then unlink it"),
        "Account with",
    ),
    CredentialChange.ACCOUNT_UNLINKED: _Notice(
        "An account was unlinked",
        "An account elsewhere no longer opens your Quittance account.",
        _if_not_you(", then link it again"),
        "Account with",
    ),
    CredentialChange.API_KEY_CREATED: _Notice(
        "An API key was created",
        "A program that has this new key can act in your name.",
        _if_not_you(", then revoke the key"),
        "Key",
    ),
    CredentialChange.API_KEY_REVOKED: _Notice(
        "An API key was revoked",
        "Programs that use this key are refused from now on.",
        _if_not_you(", then make a new key for them"),
        "Key",
    ),
    CredentialChange.REFRESH_TOKEN_REUSED: _Notice(
        "A program's access was ended",
        "Somebody showed a refresh token that had been replaced before, so it may have been copied. "
        "We ended the access of every program that got in with the same log-in.",
        "A faulty program does this too, and only has to log in again. If you don't know the program or the place, "
        "change your password and end your other sessions.",
        "Program",
    ),
    CredentialChange.DELETION_CANCELLED: _Notice(
        "Your account will not be deleted",
        "The deletion of your Quittance account was called off. Everything stays as it was.",
        _if_not_you(),
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
    # An address must stay readable, and is checked before it gets here.
    named = one_line(about) if what is CredentialChange.EMAIL_CHANGED else unlinked(about)
    facts = [(notice.about, named)] if notice.about and named else []
    return write_letter(
        subject=notice.subject,
        to_name=name,
        paragraphs=[notice.what],
        facts=[*facts, *moment_and_origin(when, where)],
        button=Action("Check your account", security_link),
        closing=[notice.advice],
    )


def render_impersonation_started(
    *, name: str, by: str, reason: str, when: datetime, until: datetime, is_read_only: bool, security_link: str
) -> Letter:
    """An administrator looks at the product as this person; the address of the administrator is nobody's business."""
    return write_letter(
        subject="An administrator is looking at your account",
        to_name=name,
        paragraphs=["An administrator of this Quittance has opened your account to see what you see."],
        facts=[
            ("Administrator", unlinked(by)),
            ("Reason", unlinked(reason, 500)),
            ("May change things", "No, only look" if is_read_only else "Yes, but not your account, members or keys"),
            ("From", moment(when)),
            ("Until", moment(until)),
        ],
        button=Action("Check your account", security_link),
        closing=["If you didn't ask for help and the reason makes no sense to you, ask whoever runs this Quittance."],
    )
