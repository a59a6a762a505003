from app.lib.problems import Conflict, NotFound


class UserNotFound(NotFound):
    slug = "user-not-found"
    title = "There is no such account"


class TeamNotFound(NotFound):
    slug = "team-not-found"
    title = "There is no such team"


class OwnAccount(Conflict):
    slug = "own-account"
    title = "Administrators do not do this to themselves"


class LastAdministrator(Conflict):
    slug = "last-administrator"
    title = "Somebody has to run the installation"


class NotImpersonable(Conflict):
    slug = "not-impersonable"
    title = "This account cannot be looked into"


class NotImpersonating(Conflict):
    slug = "not-impersonating"
    title = "You are signed in as yourself"


class AlreadyVerified(Conflict):
    slug = "already-verified"
    title = "The e-mail address is confirmed already"


class AccountDisabled(Conflict):
    slug = "account-disabled"
    title = "The account is disabled"


class CannotAdminister(Conflict):
    slug = "cannot-administer"
    title = "This account cannot run the installation"
