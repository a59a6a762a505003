"""A browser's own words about itself, as people would say it: “Firefox on Windows”."""

import re

import msgspec

# In the order of asking: most browsers also claim to be the ones below them.
_BROWSERS = (
    ("Edge", r"\bEdgA?(?:iOS)?/"),
    ("Opera", r"\b(?:OPR|Opera)/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:Chrome|Chromium|CriOS|HeadlessChrome)/"),
    ("Safari", r"\bSafari/"),
)
_SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMac OS X\b|\bMacintosh\b"),
    ("Linux", r"\bLinux\b"),
)
_PROGRAM = re.compile(r"[A-Za-z][A-Za-z0-9._-]{1,39}")


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of it; empty where the words say nothing."""

    browser: str
    system: str

    @property
    def name(self) -> str:
        if self.browser and self.system:
            return f"{self.browser} on {self.system}"
        return self.browser or self.system or "Unknown device"


def device_of(user_agent: str) -> Device:
    """Read the User-Agent; a program that is no browser goes by its product name (RFC 9110, 10.1.5)."""
    browser = _first(_BROWSERS, user_agent)
    program = _PROGRAM.match(user_agent)
    if not browser and program and program[0] != "Mozilla":
        browser = program[0]
    return Device(browser=browser, system=_first(_SYSTEMS, user_agent))


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, user_agent)), "")
