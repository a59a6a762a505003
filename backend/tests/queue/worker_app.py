"""The smallest application with a queue, for worker processes of these tests."""

from litestar import Litestar

from app.config import get_settings
from app.queue.config import build_queue_config
from app.queue.worker import build_queue_plugin
from tests.queue import sample_tasks as sample_tasks  # registers them

app = Litestar(plugins=[build_queue_plugin(build_queue_config(get_settings()))], openapi_config=None)
