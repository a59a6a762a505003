"""The application as worker processes load it: no routes, and the tasks of the scenarios."""

import gc

from litestar import Litestar

from app.cli.plugin import CommandsPlugin
from app.config import get_settings
from app.lib.logs import configure_logging
from app.queue.config import build_queue_config
from app.queue.worker import build_queue_plugin
from chaos import tasks as tasks  # registers them

settings = get_settings()
configure_logging(settings.log_level, settings.log_format)  # as the application does
app = Litestar(plugins=[build_queue_plugin(build_queue_config(settings)), CommandsPlugin()], openapi_config=None)

gc.freeze()  # as app.asgi does: Python need not walk over all of it once more before it ends
