"""The letters about belonging to a team."""

from datetime import date

from app.lib.documents.formatting import long_date, shortened
from app.lib.mail_templates.rendering import Action, Letter, one_line, unlinked, write_letter

LONGEST_NAME_IN_SUBJECT = 50


def _in_subject(name: str) -> str:
    return unlinked(name, LONGEST_NAME_IN_SUBJECT)


def render_invitation(
    *, team_name: str, inviter_name: str, role: str, link: str, expires_on: date, is_existing_user: bool
) -> Letter:
    """To an address, not a person: whoever reads it may be a stranger."""
    team, inviter = unlinked(team_name), unlinked(inviter_name)
    next_step = (
        "Log in with your Quittance account to accept or decline."
        if is_existing_user
        else "You can make an account on the way; it takes a minute."
    )
    return write_letter(
        subject=f"Join {_in_subject(team_name)} on Quittance",
        paragraphs=[f"{inviter} invites you to {team}, to work on its invoices together.", next_step],
        facts=[
            ("Team", team),
            ("Invited by", inviter),
            ("Your role", role.capitalize()),
            ("Valid until", long_date(expires_on)),
        ],
        button=Action("See the invitation", link),
        closing=["If you don't know what this is about, ignore this mail: the invitation ends by itself."],
    )


def render_invitation_accepted(*, name: str, invitee_email: str, team_name: str, link: str) -> Letter:
    """To whoever invited."""
    guest, team = one_line(invitee_email), unlinked(team_name)
    return write_letter(
        subject=f"{shortened(guest, LONGEST_NAME_IN_SUBJECT)} joined {team}",
        to_name=name,
        paragraphs=[f"{guest} accepted your invitation to {team} and can begin."],
        button=Action("See the members", link),
    )


def render_invitation_declined(*, name: str, invitee_email: str, team_name: str, link: str) -> Letter:
    """To whoever invited."""
    guest, team = one_line(invitee_email), unlinked(team_name)
    return write_letter(
        subject=f"{shortened(guest, LONGEST_NAME_IN_SUBJECT)} declined to join {team}",
        to_name=name,
        paragraphs=[f"{guest} declined your invitation to {team}, and takes no seat."],
        button=Action("See the members", link),
    )


def render_ownership_transferred(
    *, name: str, team_name: str, old_owner_name: str, new_owner_name: str, is_new_owner: bool, link: str
) -> Letter:
    """To both: the one who handed over and the one who has the team now."""
    team, old, new = unlinked(team_name), unlinked(old_owner_name), unlinked(new_owner_name)
    if is_new_owner:
        subject = f"You are now the owner of {team}"
        what = f"{old} handed {team} over to you. You decide about its members, its settings and its end."
        closing = f"If you don't want this, talk to {old}, or hand the team over to another member."
    else:
        subject = f"You are no longer the owner of {team}"
        what = f"You handed {team} over to {new}, who now decides about its members, its settings and its end."
        closing = f"If it wasn't you, talk to {new} at once, change your password and end your other sessions."
    return write_letter(
        subject=subject,
        to_name=name,
        paragraphs=[what],
        facts=[("Team", team), ("Until now", old), ("From now on", new)],
        button=Action("Open the team", link),
        closing=[closing],
    )


def render_owner_added(
    *, name: str, team_name: str, by: str, new_owner_name: str, is_new_owner: bool, link: str
) -> Letter:
    """To every owner, the new one among them: whoever owns a team can take it from the others."""
    team, giver, new = unlinked(team_name), unlinked(by), unlinked(new_owner_name)
    if is_new_owner:
        subject = f"You are now an owner of {team}"
        what = f"{giver} made you an owner of {team}. You decide about its members, its settings and its end."
        closing = f"If you don't want this, talk to {giver}, or leave the team."
    else:
        subject = f"{new} is now an owner of {team}"
        what = f"{giver} made {new} an owner of {team}, who may now remove members and owners, and end the team."
        closing = f"If this should not be, make {new} an admin again at once, and talk to {giver}."
    return write_letter(
        subject=subject,
        to_name=name,
        paragraphs=[what],
        facts=[("Team", team), ("New owner", new), ("Made so by", giver)],
        button=Action("Open the team", link),
        closing=[closing],
    )


def render_member_removed(*, name: str, team_name: str, by: str) -> Letter:
    """To the person who is out."""
    team, remover = unlinked(team_name), unlinked(by)
    return write_letter(
        subject=f"You are no longer in {team}",
        to_name=name,
        paragraphs=[
            (
                f"{remover} removed you from {team}, so you can't open its customers and invoices any more. "
                "Your account and your other teams stay as they are."
            )
        ],
        closing=[f"If this is a mistake, ask {remover} to invite you again."],
    )


def render_team_deletion_requested(*, name: str, team_name: str, deletes_on: date, by: str, link: str) -> Letter:
    """To every member while there is time to object."""
    team, requester = unlinked(team_name), unlinked(by)
    return write_letter(
        subject=f"{_in_subject(team_name)} will be deleted on {long_date(deletes_on)}",
        to_name=name,
        paragraphs=[
            (
                f"{requester} asked us to delete {team} on {long_date(deletes_on)}. "
                "From then on nobody can open it any more: what was never issued is gone for good, and issued invoices are locked away "
                "for as long as the law asks. Until then nothing is lost, and an owner can call it off."
            )
        ],
        facts=[("Team", team), ("Asked by", requester), ("Deleted on", long_date(deletes_on))],
        button=Action("Open the team's settings", link),
    )


def render_team_deletion_called_off(*, name: str, team_name: str, by: str) -> Letter:
    """To every member, who was told that the team would go."""
    team, keeper = unlinked(team_name), unlinked(by)
    return write_letter(
        subject=f"{_in_subject(team_name)} stays",
        to_name=name,
        paragraphs=[f"{keeper} called off the deletion of {team}. Nothing was lost, and you can go on as before."],
    )
