"""What `make check-docs` finds in a document."""

from pathlib import Path

from check_docs import broken_links, unknown_commands


def test_a_link_to_a_missing_file_is_found_and_others_are_not(tmp_path: Path) -> None:
    (tmp_path / "a b.md").touch()
    text = "[there](a%20b.md#part) [elsewhere](https://example.com/x.md) [below](#part) ![gone](images/gone.png)"

    assert broken_links(tmp_path / "README.md", text) == ["images/gone.png"]


def test_commands_are_found_in_code_but_not_in_sentences() -> None:
    text = "To make sense, run `make test`, `QUICK=1 make chaos` or\n\n```sh\nYES=1 make gone   # go\n```\nthat make no sense"

    assert unknown_commands(text, {"test"}) == ["chaos", "gone"]
