"""Why signing in with another account did not work; the front end has a sentence for each."""

from app.lib.problems import AppError, Conflict, Forbidden, NotFound, ServiceUnavailable


class UnknownProvider(NotFound):
    slug = "unknown-provider"
    title = "There is no log-in with this provider here"


class ProviderUnavailable(ServiceUnavailable):
    slug = "provider-unavailable"
    title = "The provider did not answer"


class ProviderRefused(AppError):
    """What came back cannot be trusted, or says no."""

    slug = "provider-refused"
    title = "The provider's answer could not be accepted"


class SignInCancelled(AppError):
    slug = "sign-in-cancelled"
    title = "The log-in was cancelled at the provider"


class AttemptExpired(AppError):
    """One answer for a state that is unknown, used, too old, of another browser or of another provider."""

    slug = "sign-in-expired"
    title = "This log-in took too long or was begun in another window"


class StartedElsewhere(Forbidden):
    slug = "started-elsewhere"
    title = "The log-in was not started from the product's own pages"


class AccountExists(Conflict):
    slug = "account-exists"
    title = "There is an account with this address already"


class EmailUnverified(Forbidden):
    slug = "provider-email-unverified"
    title = "The provider has not confirmed your e-mail address"


class AccountDisabled(Forbidden):
    slug = "account-disabled"
    title = "This account is disabled"


class OtherSession(Forbidden):
    slug = "other-session"
    title = "Somebody else is signed in now, or nobody"


class IdentityTaken(Conflict):
    slug = "identity-taken"
    title = "This account with the provider is linked to another account here"


class AlreadyLinked(Conflict):
    slug = "already-linked"
    title = "An account with this provider is linked already"


class OnlyWayIn(Conflict):
    slug = "only-way-in"
    title = "This is your only way to log in"


class StepUpByOtherMeans(Conflict):
    slug = "step-up-by-other-means"
    title = "Confirm with your own password or second step"


class StepUpImpossible(Conflict):
    slug = "step-up-impossible"
    title = "This provider cannot confirm that it is you"


class StepUpFailed(Forbidden):
    slug = "step-up-failed"
    title = "The provider did not confirm that it is you, just now"


class SentBack(AppError):
    """A refusal after the browser came back: told on a page of ours, which has the words."""

    def __init__(self, reason: AppError, path: str, *, next_path: str | None = None) -> None:
        self.reason = reason
        self.path = path
        self.next_path = next_path
        super().__init__(reason.detail)
