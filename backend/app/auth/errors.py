from app.lib.problems import Forbidden, Unauthenticated


class WrongCredentials(Unauthenticated):
    """The same answer for an unknown address and a wrong password."""

    slug = "wrong-credentials"
    title = "E-mail address or password is wrong"


class MissingPermission(Forbidden):
    slug = "missing-permission"
    title = "Your role does not allow this"


class CrossSiteRequest(Forbidden):
    slug = "cross-site-request"
    title = "This request did not come from the product's own pages"
