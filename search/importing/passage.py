"""From articles to ids: when a source begins to have ids, its products stay what they are. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence


class Passage:
    """Which stored products get another key: `articles`, by the new keys, were theirs until now.

    `stuck` are the articles of those for which there is not one id, or none that is free.
    """

    def __init__(self, articles: Mapping[str, str], stuck: Sequence[str] = ()) -> None:
        self.articles = articles
        self.stuck = stuck
        self._left = frozenset(articles.values())

    def before(self, key: str) -> str | None:
        """Return the key that a product has in the store before the passage; None: it is new."""
        return self.articles.get(key, None if key in self._left else key)


NO_PASSAGE = Passage({})


def find_passage(names: Iterable[tuple[str, str]], known: Collection[str]) -> Passage:
    """Find the passage of a source whose stored products are all known by their articles.

    `names` are the keys and articles that its products have now, `known` the stored articles.
    Nobody gets the key of another one who keeps it: an id may look like another product's article.
    """
    ids: dict[str, list[str]] = {}
    seen: set[str] = set()
    for key, article in names:
        if key not in seen and article in known:
            ids.setdefault(article, []).append(key)
        seen.add(key)
    # One whose id is its article has its key already.
    moving = {article: keys for article, keys in ids.items() if article not in keys}
    stuck = [article for article, keys in moving.items() if len(keys) > 1]
    articles = {keys[0]: article for article, keys in moving.items() if len(keys) == 1}
    leaving = set(articles.values())
    blocked = [key for key in articles if key in known and key not in leaving]
    while blocked:
        article = articles.pop(blocked.pop())
        stuck.append(article)
        # It stays where it is, and so does the one that was to take its place.
        if article in articles:
            blocked.append(article)
    return Passage(articles, sorted(stuck))
