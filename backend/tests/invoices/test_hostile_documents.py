"""Control 36: whatever is written into an invoice is printed as it is written; nothing is read and nobody is asked."""

import asyncio
import io
import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typst
from pypdf import PdfReader

from app.config import Settings
from app.db.session import SessionFactory
from app.lib.pdf import DOCUMENTS_FOLDER
from tests.invoices.conftest import LINE, Desk
from tests.support.jobs import run_waiting
from tests.support.people import Person

PASSWD = '#read("/etc/passwd")'


class Canary(msgspec.Struct):
    """A server on loopback that no document may ever ask."""

    port: int = 0
    hits: int = 0

    async def was_asked(self) -> bool:
        await asyncio.sleep(0.02)  # whoever knocked is let in only when this loop gets its turn
        return self.hits > 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/canary"


@pytest.fixture
async def canary() -> AsyncGenerator[Canary]:
    found = Canary()

    async def note(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.hits += 1
        writer.close()

    async with await asyncio.start_server(note, "127.0.0.1", 0) as server:
        found.port = server.sockets[0].getsockname()[1]
        yield found


def attacks(canary: Canary) -> list[str]:
    return [
        PASSWD,
        '#read("../../../../../../etc/passwd")',
        '#include "/etc/passwd"',
        '#import "@preview/cetz:0.3.0": *',
        f'#import "{canary.address}.typ"',
        f'#image("{canary.address}.png")',
        f'#image("file:///etc/passwd") <img src="{canary.address}">',
        f'#link("{canary.address}")[pay here] [pay]({canary.address})',
        '#eval("read(\\"/etc/passwd\\")") #plugin("/etc/passwd")',
        "#sys.inputs #context here() #panic() #{ while true {} }",
        "]}; #set page(width: 1pt) ) } #pagebreak() $ sum_(i=0)^n $ = Heading *bold* _it_ `raw` ~ @ref <label>",
        "\\input{/etc/passwd} {{7*7}} %PDF-1.7 << /JS (app.alert) >> <script>fetch('/')</script>",
    ]


def solid(text: str) -> str:
    """Without what a line break or a hyphenation of a long word puts between."""
    return re.sub(r"[\s\u00ad\u200b\u2011-]", "", text)


def assert_harmless(content: bytes, literals: list[str]) -> None:
    reader = PdfReader(io.BytesIO(content))
    text = "".join(page.extract_text() for page in reader.pages)
    missing = [literal for literal in literals if solid(literal) not in solid(text)]
    assert missing == []
    for unwanted in ("root:x:0", "/bin/bash", "/usr/sbin/nologin"):
        assert unwanted not in text
    assert [image for page in reader.pages for image in page.images] == []
    assert [annotation for page in reader.pages for annotation in page.get("/Annots", [])] == []
    assert not {"/JavaScript", "/EmbeddedFiles"} & set(reader.root_object.get("/Names", {}))
    assert "/OpenAction" not in reader.root_object


async def _write_everywhere(desk: Desk, canary: Canary) -> dict[str, Any]:
    """A draft with an attack in every field that is printed."""
    seller = {"legal_name": PASSWD, "address_line_1": PASSWD, "address_line_2": PASSWD, "city": PASSWD}
    seller |= {"registration_identifier": PASSWD, "vat_identifier": PASSWD, "postal_code": '#read("/etc")'}
    seller |= {"bank_name": PASSWD}
    changed = await desk.client.patch("/api/team", json={"name": PASSWD, "seller": seller})
    assert changed.status_code == 200, changed.text
    buyer = {"name": attacks(canary)[5], "contact_name": PASSWD, "address_line_1": PASSWD, "address_line_2": PASSWD}
    buyer |= {"city": PASSWD, "postal_code": '#read("/etc")', "vat_identifier": PASSWD, "country_code": "DE"}
    desk.customer = await desk.add_customer(**buyer)
    return await desk.draft(
        note="\n".join(attacks(canary)),
        buyer_reference=PASSWD,
        purchase_order_reference=PASSWD,
        lines=[LINE | {"description": attack} for attack in attacks(canary)],
    )


async def test_control_36_what_is_written_into_a_draft_is_printed_as_it_is_written(desk: Desk, canary: Canary) -> None:
    draft = await _write_everywhere(desk, canary)
    answer = await desk.client.get(f"/api/invoices/{draft['id']}/pdf")

    assert answer.status_code == 200, answer.text
    assert_harmless(answer.content, attacks(canary))
    assert not await canary.was_asked()


async def test_control_36_the_worker_renders_and_mails_it_as_harmlessly(
    desk: Desk, canary: Canary, owner: Person, sessions: SessionFactory, settings: Settings
) -> None:
    draft = await _write_everywhere(desk, canary)
    assert (await desk.issue(draft["id"])).status_code == 200
    await run_waiting(sessions, settings, team_id=owner.team_id)
    issued = await desk.show(draft["id"])
    content = (await desk.client.get(f"/api/invoices/{draft['id']}/pdf")).content
    (mail,) = (await desk.client.get("/api/dev/mailbox")).json()["items"]
    shown = (await desk.client.get(f"/api/dev/mailbox/{mail['id']}")).json()

    assert issued["delivery"]["state"] == "sent"
    assert_harmless(content, attacks(canary))
    assert not await canary.was_asked()
    assert content.count(b"%%EOF") == 1
    assert f'<img src="{canary.address}"' not in shown["html"]
    assert PASSWD in shown["subject"] + shown["text"]


async def test_control_36_every_printed_field_is_counted(desk: Desk, canary: Canary) -> None:
    """A field that were run instead of printed would be missing from the count."""
    draft = await _write_everywhere(desk, canary)
    content = (await desk.client.get(f"/api/invoices/{draft['id']}/pdf")).content
    text = solid("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))

    # Twelve fields of the two parties, two references, a line and the note.
    assert text.count(solid(PASSWD)) >= 14


@pytest.mark.parametrize(
    "attack",
    [
        '#read("/etc/passwd")',
        '#read("../../../../../../../../etc/passwd")',
        '#include "/etc/passwd"',
        '#image("{address}.png")',
        '#import "{address}.typ"',
        '#read("{address}")',
    ],
)
async def test_control_36_even_a_template_that_tried_would_reach_nothing(
    attack: str, canary: Canary, tmp_path: Path
) -> None:
    """The second lock: the compiler is confined to the folder of our documents, and speaks to no server."""
    template = tmp_path / "hostile.typ"
    template.write_text(attack.replace("{address}", canary.address))
    compiler = typst.Compiler(template, root=tmp_path, ignore_system_fonts=True)

    with pytest.raises(typst.TypstError):
        await asyncio.to_thread(compiler.compile, format="pdf")
    assert not await canary.was_asked()


async def test_control_36_the_canary_would_tell(canary: Canary) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", canary.port)
    writer.close()

    assert await canary.was_asked()


def test_control_36_our_templates_run_no_text_and_load_nothing_but_their_own() -> None:
    for template in DOCUMENTS_FOLDER.rglob("*.typ"):
        source = template.read_text()
        assert re.findall(r"\b(?:eval|plugin|read|cbor|toml|yaml|csv|xml)\s*\(", source) == [], template.name
        assert [
            name for name in re.findall(r'(?:import|include)\s+"([^"]+)"', source) if "@" in name or "://" in name
        ] == []
