"""Hangs our command groups under `litestar`."""

import asyncio

import uvloop
from click import Group
from litestar.plugins import CLIPlugin

from app.cli.audit import audit_group
from app.cli.db import db_group
from app.cli.doctor import doctor_command
from app.cli.seed import seed_command
from app.cli.tokens import tokens_group
from app.cli.users import users_group
from app.cli.workers import run_several_ourselves


class CommandsPlugin(CLIPlugin):
    def on_cli_init(self, cli: Group) -> None:
        # `workers run` takes the loop that there is; on this one a job costs a third less of the processor.
        # Policies go with Python 3.16; by then it must be able to take a loop factory.
        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())  # pyright: ignore[reportDeprecated]
        for command in (db_group, users_group, tokens_group, audit_group, seed_command, doctor_command):
            cli.add_command(command)
        run_several_ourselves(cli)  # the queue's plugin comes before this one
