"""The letters about accounts and teams say what they must, and carry nobody else's links, lines or markup."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lib.mail_templates import (
    CredentialChange,
    Letter,
    Origin,
    render_account_deletion_requested,
    render_credential_changed,
    render_email_change_current,
    render_email_change_new,
    render_export_ready,
    render_impersonation_started,
    render_invitation,
    render_invitation_accepted,
    render_invitation_declined,
    render_member_removed,
    render_owner_added,
    render_ownership_transferred,
    render_reset_password,
    render_sign_up_known_address,
    render_team_deletion_requested,
    render_verify_email,
    render_welcome,
)
from app.lib.mail_templates.rendering import unlinked
from tests.lib.mail_reading import Outline, assert_well_formed, links_in

LINK = "https://quittance.example/confirm#token=Zk3v9qJ0b1Yw5m8sT2xR4uN7pC6dE0fG1hI2jK3lM4o"
OTHER_LINK = "https://quittance.example/forgot-password"
WHEN = datetime(2026, 11, 24, 4, 7, tzinfo=timezone(timedelta(hours=1)))
DAY = date(2026, 12, 8)
HOSTILE_NAMES = [
    "<b>Click</b> <a href='https://evil.example'>here</a>",
    "Ada\r\n\r\nYour account is locked: https://evil.example/unlock",
    "www.evil.example//evil.example evil。example http:evil.example tel:+15550100",
    "Ada\u2028Bcc: x@y.example\u202e {{ 7*7 }} {% raw %}",
    "evil\u200b.example.com " * 40,
    "javascript:alert(1)",
]


def origin(browser: str = "Firefox 143 on Linux") -> Origin:
    return Origin(ip_address="2001:db8::7", browser=browser)


def invitation(name: str, *, is_existing_user: bool = False) -> Letter:
    return render_invitation(
        team_name=name,
        inviter_name=name,
        role="admin",
        link=LINK,
        expires_on=DAY,
        is_existing_user=is_existing_user,
    )


def ownership(name: str, *, is_new_owner: bool) -> Letter:
    return render_ownership_transferred(
        name=name, team_name=name, old_owner_name=name, new_owner_name=name, is_new_owner=is_new_owner, link=LINK
    )


def owner_added(name: str, *, is_new_owner: bool) -> Letter:
    return render_owner_added(
        name=name, team_name=name, by=name, new_owner_name=name, is_new_owner=is_new_owner, link=LINK
    )


def credential(what: CredentialChange) -> Callable[[str], Letter]:
    return lambda name: render_credential_changed(
        name=name,
        what=what,
        when=WHEN,
        where=origin(name),
        security_link=LINK,
        about="i•••@example.com" if what is CredentialChange.EMAIL_CHANGED else name,
    )


# Each letter with one name in every place that somebody else fills, and what both of its parts must say.
LETTERS: dict[str, tuple[Callable[[str], Letter], list[str]]] = {
    "verify": (
        lambda name: render_verify_email(name=name, link=LINK, valid_minutes=1440),
        ["Hello Ada,", "24 hours", "works once", "wasn't you"],
    ),
    "known address": (
        lambda name: render_sign_up_known_address(name=name, log_in_link=LINK, reset_link=OTHER_LINK),
        ["already has an account", "nothing has changed", "Log in", "Set a new password", "wasn't you"],
    ),
    "reset": (
        lambda name: render_reset_password(name=name, link=LINK, valid_minutes=30, requested_from=origin(name)),
        ["30 minutes", "works once", "2001:db8::7", "your password stays as it is"],
    ),
    "e-mail change, present address": (
        lambda name: render_email_change_current(
            name=name, new_email_masked="i•••@example.com", link=LINK, valid_minutes=60
        ),
        ["i•••@example.com", "Nothing has changed yet", "1 hour.", "change your password"],
    ),
    "e-mail change, new address": (
        lambda name: render_email_change_new(name=name, link=LINK, valid_minutes=61),
        ["61 minutes", "Confirm the new address", "ignore this mail"],
    ),
    "export": (
        lambda name: render_export_ready(name=name, link=LINK, valid_hours=48),
        ["48 hours", "Download the archive", "while you are logged in"],
    ),
    "account deletion": (
        lambda name: render_account_deletion_requested(
            name=name, deletes_on=DAY, cancel_link=LINK, when=WHEN, where=origin(name)
        ),
        ["8 December 2026", "Keep my account", "nothing is lost", "24 November 2026 at 03:07 UTC", "2001:db8::7"],
    ),
    "impersonation": (
        lambda name: render_impersonation_started(
            name=name,
            by=name,
            reason=name,
            when=WHEN,
            until=WHEN + timedelta(hours=1),
            is_read_only=True,
            security_link=LINK,
        ),
        ["Administrator", "Reason", "No, only look", "24 November 2026 at 03:07 UTC", "24 November 2026 at 04:07 UTC"],
    ),
    "invitation, new person": (
        invitation,
        ["Ada invites you to Ada", "Admin", "8 December 2026", "make an account", "ignore this mail"],
    ),
    "invitation, known person": (
        lambda name: invitation(name, is_existing_user=True),
        ["Log in with your Quittance account", "accept or decline"],
    ),
    "invitation accepted": (
        lambda name: render_invitation_accepted(
            name=name, invitee_email="grace@example.com", team_name=name, link=LINK
        ),
        ["grace@example.com accepted your invitation to Ada"],
    ),
    "invitation declined": (
        lambda name: render_invitation_declined(
            name=name, invitee_email="grace@example.com", team_name=name, link=LINK
        ),
        ["grace@example.com declined your invitation to Ada"],
    ),
    "ownership, new owner": (
        lambda name: ownership(name, is_new_owner=True),
        ["Ada handed Ada over to you", "If you don't want this"],
    ),
    "ownership, old owner": (
        lambda name: ownership(name, is_new_owner=False),
        ["You handed Ada over to Ada", "If it wasn't you", "change your password"],
    ),
    "owner added, to the new one": (
        lambda name: owner_added(name, is_new_owner=True),
        ["Ada made you an owner of Ada", "If you don't want this"],
    ),
    "owner added, to the others": (
        lambda name: owner_added(name, is_new_owner=False),
        ["Ada made Ada an owner of Ada", "make Ada an admin again"],
    ),
    "removed": (
        lambda name: render_member_removed(name=name, team_name=name, by=name),
        ["Ada removed you from Ada", "Your account and your other teams stay"],
    ),
    "team deletion": (
        lambda name: render_team_deletion_requested(name=name, team_name=name, deletes_on=DAY, by=name, link=LINK),
        ["Ada asked us to delete Ada on 8 December 2026", "nothing is lost", "an owner can call it off"],
    ),
}
MOMENT = ["24 November 2026 at 03:07 UTC", "2001:db8::7", "Check your account"]
ADVICE_OF_ITS_OWN = {
    CredentialChange.PASSWORD_CHANGED: ["your other sessions were ended", "Forgot your password?"],
    CredentialChange.PASSWORD_RESET: ["your sessions were ended", "the password of your mailbox"],
    CredentialChange.EMAIL_CHANGED: ["i•••@example.com", "ask for your account back"],
}
LETTERS.update(
    (what, (credential(what), ["Hello Ada,", *MOMENT, *ADVICE_OF_ITS_OWN.get(what, ["change your password"])]))
    for what in CredentialChange
)
every_letter = pytest.mark.parametrize(("write", "says"), LETTERS.values(), ids=LETTERS.keys())


def expected_links(letter: str) -> list[str]:
    if letter == "removed":
        return []
    return [LINK, OTHER_LINK] if letter == "known address" else [LINK]


@every_letter
def test_both_parts_say_what_the_letter_is_for(write: Callable[[str], Letter], says: list[str]) -> None:
    letter = write("Ada")

    for part in (" ".join(letter.text.split()), Outline(letter).reading):
        for expected in says:
            assert expected in part
    assert "<" not in letter.text
    assert "\n\n\n" not in letter.text, "no gaps where a letter has less to say"


@pytest.mark.parametrize("name", LETTERS)
def test_links_stand_in_full_in_the_text_and_behind_one_button_in_html(name: str) -> None:
    letter = LETTERS[name][0]("Ada")

    assert Outline(letter).links == expected_links(name)
    assert [word for word in letter.text.split() if "://" in word] == expected_links(name)


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("hostile", HOSTILE_NAMES)
def test_a_hostile_name_brings_no_line_no_markup_and_no_second_link(name: str, hostile: str) -> None:
    write = LETTERS[name][0]
    letter, harmless = write(hostile), write("Ada")

    assert_well_formed(letter)
    assert Outline(letter).seen == Outline(harmless).seen
    assert Outline(letter).links == expected_links(name)
    assert len(letter.text.splitlines()) == len(harmless.text.splitlines())
    for part in (letter.text, Outline(letter).reading, letter.subject):
        for ours in (*expected_links(name), "2001:db8::7", "i•••@example.com", "grace@example.com"):
            part = part.replace(ours, "")  # noqa: PLW2901 - what is left is the hostile name's
        assert links_in(part) == []


@given(st.text(st.sampled_from("ab.:/@ 。．｡-\u200b\n1é"), max_size=200))
def test_no_name_is_a_link(name: str) -> None:
    line = unlinked(name)

    assert links_in(line) == []
    assert "\n" not in line
    assert len(line) <= 80
    assert unlinked(line) == line


@pytest.mark.parametrize("name", ["Rossi S.p.A.", "Müller & Co. KG", "J. R. R. Tolkien", "O'Brien-Łukasz", "e.K."])
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    assert unlinked(name) == name


def test_a_long_team_name_leaves_room_in_the_subject_for_what_happens() -> None:
    assert invitation("n" * 200).subject.endswith("… on Quittance")
    deletion = render_team_deletion_requested(name="Ada", team_name="n" * 200, deletes_on=DAY, by="Ada", link=LINK)
    assert deletion.subject.endswith("will be deleted on 8 December 2026")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "1 minute."), (10, "10 minutes."), (60, "1 hour."), (90, "90 minutes."), (120, "2 hours.")],
)
def test_a_span_is_said_as_people_say_it(minutes: int, words: str) -> None:
    assert f"for {words}" in render_verify_email(name="Ada", link=LINK, valid_minutes=minutes).text


def test_a_moment_is_told_in_utc_whatever_zone_it_came_in() -> None:
    texts = {
        render_credential_changed(
            name="Ada",
            what=CredentialChange.PASSKEY_ADDED,
            when=moment,
            where=origin(),
            security_link=LINK,
            about="MacBook",
        ).text
        for moment in (WHEN, WHEN.astimezone(UTC))
    }

    (text,) = texts
    assert "  Passkey      MacBook\n  When         24 November 2026 at 03:07 UTC\n" in text
    assert "  IP address   2001:db8::7\n  Browser      Firefox 143 on Linux\n" in text


def test_a_browser_that_said_nothing_is_said_to_have_said_nothing() -> None:
    letter = render_reset_password(name="Ada", link=LINK, valid_minutes=30, requested_from=origin(""))

    assert "Browser      Not given" in letter.text


def test_a_name_of_nothing_printable_leaves_a_greeting() -> None:
    assert render_verify_email(name="\u202e", link=LINK, valid_minutes=30).text.startswith("Hello,\n")


@pytest.mark.parametrize("hostile", HOSTILE_NAMES)
def test_the_welcome_carries_no_links_but_ours(hostile: str) -> None:
    welcome = render_welcome(name=hostile, team_name=hostile, app_url="https://quittance.example")

    assert {word for word in welcome.text.split() if links_in(word)} <= {
        f"https://quittance.example/{page}" for page in ("settings/team", "customers", "invoices")
    }
