from app.lib.problems import Conflict, NotFound


class JobNotFound(NotFound):
    slug = "job-not-found"
    title = "There is no such job"


class ScheduleNotFound(NotFound):
    slug = "schedule-not-found"
    title = "There is no such schedule"


class JobIsOver(Conflict):
    slug = "job-is-over"
    title = "The job is over already"


class JobIsLive(Conflict):
    slug = "job-is-live"
    title = "The job is not over yet"


class JobIsNotWaitingForItsTime(Conflict):
    slug = "job-is-not-waiting-for-its-time"
    title = "The job is not waiting for a later moment"


class JobKeyIsTaken(Conflict):
    slug = "job-key-is-taken"
    title = "The same work is under way already"


class JobIsBeingReplayed(Conflict):
    slug = "job-is-being-replayed"
    title = "A replay of the job is under way already"


class TaskIsGone(Conflict):
    slug = "job-task-is-gone"
    title = "There is no such task any more"


class ArgumentsDoNotFit(Conflict):
    slug = "job-arguments-do-not-fit"
    title = "The task takes other arguments now"
