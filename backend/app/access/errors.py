from app.lib.problems import Forbidden


class NoTeam(Forbidden):
    slug = "no-team"
    title = "This account belongs to no team"
