"""``python docs/links.py build/docs``: every link and picture of the built pages leads somewhere, and nothing needs a network.

Links to other sites are not followed; what a page loads (scripts, styles, pictures) must lie in the folder.
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {("img", "src"), ("script", "src"), ("link", "href"), ("object", "data"), ("source", "src"), ("iframe", "src")}


class Page(HTMLParser):
    """The anchors of a page, and its links as (address, whether the page loads it)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: set[tuple[str, bool]] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and name == "id":
                self.anchors.add(value)
            elif value and (name in ("href", "src") or (tag, name) in LOADED):
                self.links.add((value, (tag, name) in LOADED))


def broken(root: Path) -> list[str]:
    """One line for each link of the pages under ``root`` that leads nowhere."""
    pages = {file: Page(file.read_text(encoding="utf-8")) for file in sorted(root.resolve().rglob("*.html"))}
    found = []
    for file, page in pages.items():
        for address, loaded in sorted(page.links):
            fault = _fault(address, loaded, file, pages)
            if fault:
                found.append(f"{file.relative_to(root.resolve())}: {address}: {fault}")
    return found


def _fault(address: str, loaded: bool, file: Path, pages: dict[Path, Page]) -> str | None:
    parts = urlsplit(address)
    if parts.scheme == "data":
        return None
    if parts.scheme or parts.netloc:
        return "is loaded from another site" if loaded else None
    target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
    if not target.is_file():
        return "no such file"
    if parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
        return "no such anchor"
    return None


def main() -> int:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else "build/docs")
    if not (root / "index.html").is_file():
        print(f"links: no pages in {root}: build them with make docs", file=sys.stderr)
        return 2
    found = broken(root)
    print("\n".join(found) or f"every link of {len(list(root.rglob('*.html')))} pages leads somewhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
