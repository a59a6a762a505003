"""SAQ inside the API process: enqueuing always, its own web pages only in development and only for administrators."""

from litestar_saq import SAQPlugin

from app.auth.guards import platform_admin
from app.config import Settings
from app.db.session import SessionFactory
from app.queue.config import build_queue_config
from app.queue.worker import build_queue_plugin


def queue_plugin(settings: Settings, sessions: SessionFactory) -> SAQPlugin:
    return build_queue_plugin(build_queue_config(settings, sessions, web_guards=[platform_admin]))
