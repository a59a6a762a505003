"""The application as worker processes load it: no routes, and the tasks of the scenarios."""

from litestar import Litestar

from app.config import get_settings
from app.lib.logs import configure_logging
from app.queue.config import build_queue_config, build_queue_plugin
from chaos import tasks as tasks  # registers them

settings = get_settings()
configure_logging(settings.log_level, settings.log_format)  # as the application does
app = Litestar(plugins=[build_queue_plugin(build_queue_config(settings))], openapi_config=None)
