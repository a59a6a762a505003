"""IBAN check digits (ISO 13616, ISO 7064 mod 97-10)."""

SHORTEST = 15
LONGEST = 34


def is_valid_iban(iban: str) -> bool:
    """Check an IBAN without spaces, in capitals."""
    if not (SHORTEST <= len(iban) <= LONGEST and iban.isascii() and iban.isalnum()):
        return False
    rearranged = iban[4:] + iban[:4]
    return int("".join(str(int(character, 36)) for character in rearranged)) % 97 == 1
