from app.lib.problems import NotFound


class CustomerNotFound(NotFound):
    slug = "customer-not-found"
    title = "There is no such customer"
