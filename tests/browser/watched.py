"""A tab in which nothing is forbidden unnoticed."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page

# Each violation becomes a line of the console, those that Chromium keeps to itself as well.
TELLING = """document.addEventListener("securitypolicyviolation", event => console.error(
    `forbidden: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}`));"""
SCHEMES = {"blob", "data"}


@dataclass
class Watched:
    """A tab, what the browser forbade or complained of, and which hosts were asked."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin to listen, before anything is opened."""
        page = self.page
        page.add_init_script(TELLING)
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.complain(str(error)))
        page.on("request", lambda request: self.ask(request.url))
        page.on("websocket", lambda socket: self.ask(socket.url))

    def hear(self, said: ConsoleMessage) -> None:
        """Keep what is said, if it is an error."""
        if said.type == "error":
            self.complain(said.text)

    def complain(self, text: str) -> None:
        """Keep what the console calls an error."""
        # Streamlit's own probing below a page's path.
        if "404" not in text:
            self.complaints.append(text)

    def ask(self, address: str) -> None:
        """Keep the host of what is asked for."""
        found = urlsplit(address)
        if found.scheme not in SCHEMES:
            self.hosts.add(found.netloc)

    def is_content_with(self, *addresses: str) -> bool:
        """See that nothing was forbidden, and nobody asked but the app, or these alone."""
        assert self.complaints == []
        assert self.hosts == {urlsplit(address).netloc for address in addresses}
        return True
