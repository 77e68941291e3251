"""A hold on the played server: what it was told, and how it answers from now on."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

RESTARTING = {"error": "The database is restarting.", "code": "database_away", "retry": True}
SIGNED_OUT = {"error": "Who are you?", "code": "sign_in_needed", "retry": False, "status": 401}
FINAL = {"error": "No such product.", "code": "unknown_product", "retry": False, "status": 404}


class PlayedServer:
    """The routes of judgements_route.py, seen and steered from a test."""

    def __init__(self, page: Page, address: str) -> None:
        self._page, self._address = page, f"{address}/played/"

    @classmethod
    def afresh(cls, page: Page, address: str) -> PlayedServer:
        """Return it without a memory and without a fault."""
        server = cls(page, address)
        server.answer(reset=True)
        return server

    def answer(self, **fault: Any) -> None:  # noqa: ANN401 - a JSON body
        """Answer with this body and `status` from now on; as usual without one."""
        self._page.request.post(self._address, data=fault)

    @property
    def judgements(self) -> list[dict[str, Any]]:
        """What it has kept."""
        kept: list[dict[str, Any]] = self._look()["judgements"]
        return kept

    @property
    def verdicts(self) -> dict[str, str]:
        """The last verdict on each product."""
        return {one["product"]: one["verdict"] for one in self.judgements}

    @property
    def requests(self) -> list[str]:
        """What it was asked, in order."""
        asked: list[str] = self._look()["requests"]
        return asked

    def wait_for(self, verdicts: dict[str, str]) -> None:
        """Wait until exactly this is known to it."""
        self._page.wait_for_function(
            """async ([address, expected]) => {
                const { judgements } = await (await fetch(address)).json();
                const known = judgements.map(({ product, verdict }) => [product, verdict]);
                return JSON.stringify(known) === JSON.stringify(expected);
            }""",
            arg=[self._address, [list(pair) for pair in verdicts.items()]],
        )

    def _look(self) -> dict[str, Any]:
        looked: dict[str, Any] = self._page.request.get(self._address).json()
        return looked
