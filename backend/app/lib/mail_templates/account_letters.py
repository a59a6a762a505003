"""The letters about one person's account: confirming, resetting, changing, leaving."""

from datetime import date, datetime

from app.lib.documents.formatting import long_date
from app.lib.mail_templates.rendering import Action, Letter, one_line, write_letter
from app.lib.mail_templates.security_notices import Origin, moment_and_origin


def _span(minutes: int) -> str:
    hours, is_uneven = divmod(minutes, 60)
    count, unit = (minutes, "minute") if is_uneven or not hours else (hours, "hour")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _works_once(valid_minutes: int) -> str:
    return f"The link works once, for {_span(valid_minutes)}."


def render_verify_email(*, name: str, link: str, valid_minutes: int) -> Letter:
    """To the address of a new account: prove that you read its mail."""
    return write_letter(
        subject="Confirm your e-mail address",
        to_name=name,
        paragraphs=[
            "Please confirm that this is your e-mail address. Then you can invite people, issue invoices and make keys."
        ],
        button=Action("Confirm this address", link),
        closing=[
            _works_once(valid_minutes),
            "If it wasn't you who signed up, ignore this mail: without the link nobody can use your address here.",
        ],
    )


def render_sign_up_known_address(*, name: str, log_in_link: str, reset_link: str) -> Letter:
    """To somebody who has an account already; the browser was told the same as a new person's."""
    return write_letter(
        subject="You already have an account",
        to_name=name,
        paragraphs=[
            (
                "Somebody signed up for Quittance with this e-mail address just now. "
                "It already has an account, so nothing new was made and nothing has changed."
            )
        ],
        button=Action("Log in", log_in_link),
        other_link=Action("Set a new password", reset_link),
        closing=["If it wasn't you, there is nothing to do: whoever it was learned nothing about your account."],
    )


def render_reset_password(*, name: str, link: str, valid_minutes: int, requested_from: Origin) -> Letter:
    """The way back in for somebody who forgot the password."""
    return write_letter(
        subject="Set a new password",
        to_name=name,
        paragraphs=["Somebody asked for a new password for your Quittance account. If it was you, choose one now."],
        facts=requested_from.facts(),
        button=Action("Set a new password", link),
        closing=[
            _works_once(valid_minutes),
            "If it wasn't you, ignore this mail: your password stays as it is, and nobody else has the link.",
        ],
    )


def render_email_change_current(*, name: str, new_email_masked: str, link: str, valid_minutes: int) -> Letter:
    """To the present address: agree to the change, or do nothing."""
    return write_letter(
        subject="Do you want to change your e-mail address?",
        to_name=name,
        paragraphs=[
            (
                "Somebody signed in to your account asked to change its e-mail address. Nothing has changed yet: "
                "it happens only when you agree here and the new address is confirmed too."
            )
        ],
        facts=[("New address", one_line(new_email_masked))],
        button=Action("Agree to the change", link),
        closing=[
            _works_once(valid_minutes),
            (
                "If it wasn't you, don't press the button. The address stays as it is, but somebody may be signed in as you: "
                "change your password and end your other sessions."
            ),
        ],
    )


def render_email_change_new(*, name: str, link: str, valid_minutes: int) -> Letter:
    """To the address that is to be: prove that you read its mail."""
    return write_letter(
        subject="Confirm your new e-mail address",
        to_name=name,
        paragraphs=["You asked for this to become the e-mail address of your Quittance account. Please confirm it."],
        button=Action("Confirm the new address", link),
        closing=[
            _works_once(valid_minutes),
            "If you have no account with Quittance, ignore this mail: nothing happens without the link.",
        ],
    )


def render_email_change_known_address(*, name: str, log_in_link: str) -> Letter:
    """To an address that has an account and was named as another account's new one; who asked was told nothing."""
    return write_letter(
        subject="Your address already has an account",
        to_name=name,
        paragraphs=[
            (
                "Somebody asked to make this the e-mail address of another Quittance account just now. "
                "It already has an account, yours, so nothing was done and nothing has changed."
            )
        ],
        button=Action("Log in", log_in_link),
        closing=[
            "If it was you and you want to use this address there, change or delete the account that has it first.",
            "If it wasn't you, there is nothing to do: whoever it was learned nothing about your account.",
        ],
    )


def render_export_ready(*, name: str, link: str, valid_hours: int) -> Letter:
    """Where to fetch the export that the person asked for."""
    return write_letter(
        subject="Your data is ready to download",
        to_name=name,
        paragraphs=["The export you asked for is ready: everything that we keep about you, in one archive."],
        button=Action("Download the archive", link),
        closing=[
            f"You can download it for {_span(valid_hours * 60)} while you are logged in; after that, ask for a new one.",
        ],
    )


def render_account_deletion_requested(
    *, name: str, deletes_on: date, cancel_link: str, when: datetime, where: Origin
) -> Letter:
    """The days of grace begin; one button ends them."""
    return write_letter(
        subject=f"Your account will be deleted on {long_date(deletes_on)}",
        to_name=name,
        paragraphs=[
            (
                f"You asked us to delete your Quittance account. On {long_date(deletes_on)} it will be gone for good. "
                "Until then nothing is lost, and you can change your mind."
            ),
            "You were signed out everywhere, and the API keys that you made have stopped working for good.",
        ],
        facts=moment_and_origin(when, where),
        button=Action("Keep my account", cancel_link),
        closing=["If it wasn't you, keep the account, then change your password and end your other sessions."],
    )
