"""Which new passwords are refused: what attackers try first. Composition is nobody's business (NIST SP 800-63B, ASVS 6.2)."""

import hashlib
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from app.lib.problems import InvalidInput

# Sorted first bytes of the SHA-256 of each common password, made by scripts/build_common_passwords.py. With 140,000
# entries of 5 bytes, what is on no list meets one with a probability of 1.3e-7 for each form that is looked up, and a
# password has at most some hundred: below 2e-5 that a good one is refused by accident.
PREFIX_BYTES = 5
_FILE = Path(__file__).with_name("common_passwords.bin")

PRODUCT_NAME = "quittance"
FEWEST_DIFFERENT_CHARACTERS = 4
SHORTEST_REMAINDER = 6
SHORTEST_PERSONAL_WORD = 3
LONGEST_AFFIX = 6
LONGEST_LISTED_AFFIX = 20
SHORTEST_UNIT = 12

_ADVICE = "A few unrelated words work well."
_SEPARATORS = re.compile(r"[\s!-/:-@\[-`{-~]+")


def refuse_weak_password(password: str, *, path: str, email: str, name: str) -> None:
    """Raise `InvalidInput` at `path` for a password that is guessed early; its length is the schema's business."""
    text = comparable(password)
    if len(set(text)) < FEWEST_DIFFERENT_CHARACTERS:
        raise InvalidInput(path, f"This password has too few different characters. {_ADVICE}")
    if _repeats_itself(text):
        raise InvalidInput(path, f"This password repeats something short. {_ADVICE}")
    if _is_personal(text, email=email, name=name):
        raise InvalidInput(
            path, f"This password is little more than your name, your e-mail address or “Quittance”. {_ADVICE}"
        )
    if _is_common(text) or _is_common(_squeezed(text)):
        raise InvalidInput(path, f"This password is on the lists that attackers try first. {_ADVICE}")


def comparable(password: str) -> str:
    """The form in which passwords are compared; what is hashed stays as it was typed."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", password).casefold())


def prefix_of(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()[:PREFIX_BYTES]


@cache
def _table() -> bytes:
    return _FILE.read_bytes()


def _is_listed(text: str) -> bool:
    table, wanted = _table(), prefix_of(text)
    places = range(len(table) // PREFIX_BYTES)

    def entry(place: int) -> bytes:
        return table[place * PREFIX_BYTES : (place + 1) * PREFIX_BYTES]

    found = bisect_left(places, wanted, key=entry)
    return found < len(places) and entry(found) == wanted


def _is_common(text: str) -> bool:
    return _is_listed(text) or any(all(map(_is_listed, parts)) for parts in _unstretched(text))


def _unstretched(text: str) -> Iterator[tuple[str, ...]]:
    """What may have been stretched to this: a listed password with a few signs around it, or with listed ones beside it."""
    head = len(text) - len(text.lstrip(_signs(text)))
    tail = len(text) - len(text.rstrip(_signs(text)))
    for before in range(min(head, LONGEST_AFFIX) + 1):
        for after in range(min(tail, LONGEST_AFFIX - before) + 1):
            yield (text[before : len(text) - after],)
    head, tail = min(head, LONGEST_LISTED_AFFIX), min(tail, LONGEST_LISTED_AFFIX)
    for cut in {*range(1, head + 1), *range(len(text) - tail, len(text))}:
        yield (text[:cut], text[cut:])


def _signs(text: str) -> str:
    """The characters of this text that are no letters."""
    return "".join({character for character in text if not character.isalpha()})


def _repeats_itself(text: str) -> bool:
    """Whether something too short to be a password was written at least twice, the last time perhaps in part."""
    return any(text[unit:] == text[:-unit] for unit in range(1, min(SHORTEST_UNIT - 1, len(text) // 2) + 1))


def _is_personal(text: str, *, email: str, name: str) -> bool:
    """Whether little or nothing of its own is left without the words that everybody can know."""
    whole = _squeezed(text)
    local_part = comparable(email).partition("@")[0]
    known = [email, local_part, *_SEPARATORS.split(local_part), name, *name.split(), PRODUCT_NAME]
    words = {word for one in known if len(word := _squeezed(comparable(one))) >= SHORTEST_PERSONAL_WORD}
    rest = whole
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != whole and (len(rest) < SHORTEST_REMAINDER or _is_listed(rest))


def _squeezed(text: str) -> str:
    """Without the blanks and ASCII signs between the words."""
    return _SEPARATORS.sub("", text)
