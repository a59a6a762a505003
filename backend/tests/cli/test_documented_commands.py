"""Every `litestar …` that a document names is a command, with the options that it is given."""

import re
from collections.abc import Iterator

import click
import pytest

from app.cli.tokens import tokens_group
from app.config import PROJECT_DIR
from tests.cli.conftest import COMMANDS

DOCUMENTS = sorted((*PROJECT_DIR.glob("*.md"), *(PROJECT_DIR / "docs").rglob("*.md")))
_NAMED = re.compile(r"\blitestar ((?:db|users|tokens|audit|seed|doctor)\b[^`\n|·;]*)")
_ALL = {**COMMANDS, "tokens": tokens_group}


def named_commands() -> Iterator[tuple[str, str]]:
    for document in DOCUMENTS:
        for found in _NAMED.findall(document.read_text()):
            yield document.relative_to(PROJECT_DIR).as_posix(), found.strip()


def test_documents_name_commands() -> None:
    assert len(set(named_commands())) > 10


@pytest.mark.parametrize(("document", "named"), sorted(set(named_commands())))
def test_a_command_that_a_document_names_exists(document: str, named: str) -> None:
    words = named.split()
    command = _ALL[words.pop(0)]
    while isinstance(command, click.Group) and words and re.fullmatch(r"[a-z][a-z-]*", words[0]):
        assert words[0] in command.commands, f"{document}: litestar {named}"
        command = command.commands[words.pop(0)]
    options = {option for parameter in command.params for option in parameter.opts}

    assert {word for word in words if word.startswith("--")} <= options, f"{document}: litestar {named}"
