"""The same with the commands of the application, for `workers run --workers 2`."""

from litestar import Litestar

from app.cli.plugin import CommandsPlugin
from app.queue.config import build_queue_config, build_queue_plugin
from chaos.worker_app import settings

app = Litestar(plugins=[build_queue_plugin(build_queue_config(settings)), CommandsPlugin()], openapi_config=None)
