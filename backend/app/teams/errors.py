from app.lib.problems import Conflict, Forbidden, InvalidInput, NotFound


class NotAMember(NotFound):
    def __init__(self) -> None:
        super().__init__("Nobody like this is in the team, or no longer.")


class NotYourTeam(NotFound):
    def __init__(self) -> None:
        super().__init__("You are in no such team.")


class InvitationNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such open invitation: it was answered, or withdrawn.")


class InvitationEnded(NotFound):
    """One answer for every link that leads nowhere: never made, used, withdrawn, replaced by a newer one, or too old."""

    slug = "invitation-ended"
    title = "This invitation has ended"

    def __init__(self) -> None:
        super().__init__("It was answered, withdrawn, sent again or is too old. Ask the team to invite you once more.")


class InvitationForAnotherAddress(Forbidden):
    slug = "invitation-for-another-address"
    title = "This invitation is for another e-mail address"

    def __init__(self, email_masked: str) -> None:
        super().__init__(f"It is for {email_masked}. Log in with that address to answer it.")


class AccountExists(Conflict):
    slug = "account-exists"
    title = "This address has an account already"

    def __init__(self) -> None:
        super().__init__("Log in with it, then accept the invitation.")


class AlreadyMember(Conflict):
    slug = "already-member"
    title = "This person is in the team already"

    def __init__(self) -> None:
        super().__init__("Their role can be changed in the list of members.")


class AlreadyInvited(Conflict):
    slug = "already-invited"
    title = "This address has an open invitation"

    def __init__(self) -> None:
        super().__init__("Send it again, or withdraw it first to choose another role.")


class TeamFull(Conflict):
    slug = "team-full"
    title = "The team has no seat left"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"All {limit} seats are taken by members and open invitations. Withdraw an invitation or remove a member first."
        )


class TooManyInvitations(Conflict):
    slug = "too-many-invitations"
    title = "Too many invitations are open"

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} invitations wait for an answer. Withdraw some before you invite more people.")


class RoleAboveYours(Forbidden):
    slug = "role-above-yours"
    title = "Your role does not reach that far"


class AlreadyOwner(Conflict):
    slug = "already-owner"
    title = "This person is an owner already"


class RemovingYourself(Conflict):
    slug = "removing-yourself"
    title = "You cannot remove yourself"


class LastOwner(Conflict):
    slug = "last-owner"
    title = "A team needs an owner"

    def __init__(self) -> None:
        super().__init__("This is its only owner. Make another member an owner first, or delete the team.")


class DeletionAlreadyRequested(Conflict):
    slug = "deletion-already-requested"
    title = "The team is going to be deleted already"


class NoDeletionRequested(Conflict):
    slug = "no-deletion-requested"
    title = "Nobody asked to delete this team"


class NotTheTeamsName(InvalidInput):
    slug = "not-the-teams-name"

    def __init__(self) -> None:
        super().__init__("name", "This is not the team's name. Type it exactly as it stands.")
