"""All that stands in an answer, whatever it is packed in."""

import io
import zipfile

import httpx
from pypdf import PdfReader


def readable(answer: httpx.Response) -> str:
    """Status line, headers and body as text; documents and archives unpacked."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.multi_items())
    return f"{headers}\n{readable_content(answer.content)}"


def readable_content(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        reader = PdfReader(io.BytesIO(content))
        pages = "\n".join(page.extract_text() for page in reader.pages)
        return f"{pages}\n{reader.metadata}\n{sorted(reader.attachments)}"
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(f"{name}\n{readable_content(archive.read(name))}" for name in archive.namelist())
    return content.decode("utf-8", "replace")
