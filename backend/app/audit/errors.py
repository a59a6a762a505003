from app.lib.problems import Conflict


class TooManyEntries(Conflict):
    slug = "too-many-entries"
    title = "The export would be too long"
