"""Reads a letter as a mail program does."""

import re
from html.parser import HTMLParser

from app.lib.mail_templates import Letter

# What mail programs make a link of: a scheme, or a name with a top-level domain.
_LINKED = re.compile(r"[^\W\d]\w*:\S+|\S+[.。．｡][^\s.]{2,}")

# What keeps the letter's text out of the preview in a list of mails.
_FILLER = dict.fromkeys(map(ord, "\u034f\u200c"))


class Outline(HTMLParser):
    """Which elements are open, to find one that is never closed; which words and links a reader sees."""

    def __init__(self, letter: Letter) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(letter.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.links += [value for name, value in attrs if name == "href" and value]
        if tag not in {"br", "meta"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words += data.translate(_FILLER).split()

    @property
    def reading(self) -> str:
        return " ".join(self.words)


def links_in(text: str) -> list[str]:
    """What becomes a link without anybody marking it up."""
    return _LINKED.findall(text)


def assert_well_formed(letter: Letter) -> None:
    outline = Outline(letter)
    assert outline.open == []
    assert not outline.seen & {"script", "img", "link", "iframe", "b", "form"}
    assert "49" not in letter.subject
    assert "\n" not in letter.subject
    assert "\r" not in letter.subject
    assert 0 < len(letter.subject) <= 120
    assert "color-scheme" in letter.html
