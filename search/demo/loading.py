"""The demo catalogue on its way into a database: products, pictures, and the evaluation set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from search.demo.catalogue import DemoProduct
from search.demo.pack import DemoPack, Sample, load_pack
from search.errors import StoreError
from search.photo import read_photo
from search.store.evaluation_sets import NewPhoto
from search.store.products import NewProduct
from search.store.store import Store
from search.vectors import Embedding

SOURCE = "demo"
# The same photos twice, since the right threshold depends on what one calls a match: the very
# product, or every product of its kind and colour.
EVALUATION_SETS = ("demo", "demo-colour")


class Demo:
    """The shipped pack beside a database that may hold it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._is_loaded: bool | None = None

    def samples(self) -> Sequence[Sample]:
        """Return photos to try, as long as the catalogue has the products that they show.

        It is asked each time: another process may have taken them out. A database that is away for
        a moment takes no sample away; one that was never seen raises StoreError.
        """
        try:
            self._is_loaded = self._store.products.has_source(SOURCE)
        except StoreError:
            if self._is_loaded is None:
                raise
        return self._pack.samples if self._is_loaded else ()

    def sample(self, key: str) -> bytes | None:
        """Return a sample photo's JPEG file; None when there is no such sample."""
        return next((sample.read() for sample in self._pack.samples if sample.key == key), None)

    def load(self) -> int:
        """Put products and evaluation set into the database; return how many products were new."""
        added = self._store.products.add(SOURCE, list(_products(self._pack)))
        if not {known.name for known in self._store.evaluation_sets.all()} & set(EVALUATION_SETS):
            self._load_evaluation_sets()
        return added

    def count(self) -> int:
        """Return how many of the database's products are the demo's."""
        return self._store.imports.count(SOURCE)

    def remove(self) -> int:
        """Take products and evaluation sets out again; return how many products there were.

        What people judged of these products goes with them.
        """
        numbers = list(self._store.imports.gone(SOURCE, ()))
        if numbers:
            for known in self._store.evaluation_sets.all():
                if known.name in EVALUATION_SETS:
                    self._store.evaluation_sets.remove(known.id)
        return self._store.imports.remove(numbers)

    def _load_evaluation_sets(self) -> None:
        pack = self._pack
        contents = [pack.evaluation_photo(photo.key) for photo in pack.evaluation]
        fingerprints = [read_photo(content).fingerprint for content in contents]
        for fingerprint, vector in zip(fingerprints, pack.evaluation_vectors(), strict=True):
            self._store.photos.add(fingerprint, Embedding(vector, pack.space))
        numbers = self._store.products.numbers([p.article for p in pack.products], SOURCE)
        shown = {product.article: product for product in pack.products}
        for name, matches in zip(EVALUATION_SETS, (_itself, _of_one_colour), strict=True):
            photos = [
                NewPhoto(
                    fingerprint,
                    photo.key,
                    tuple(numbers[p.article] for p in matches(shown[photo.article], pack)),
                )
                for fingerprint, photo in zip(fingerprints, pack.evaluation, strict=True)
            ]
            self._store.evaluation_sets.add(name, photos)
        # Not before: pictures are kept of photos that something refers to.
        for fingerprint, content in zip(fingerprints, contents, strict=True):
            self._store.photo_pictures.add(fingerprint, "image/webp", content)

    @cached_property
    def _pack(self) -> DemoPack:
        return load_pack()


def _products(pack: DemoPack) -> Iterator[NewProduct]:
    for product, vector in zip(pack.products, pack.vectors(), strict=True):
        yield NewProduct(
            article=product.article,
            name=product.name,
            category_id=product.category["en"].lower(),
            category=product.category,
            price=product.price,
            currency=product.currency,
            picture=pack.picture(product.article),
            media_type="image/webp",
            embedding=Embedding(vector, pack.space),
        )


def _itself(product: DemoProduct, _: DemoPack) -> list[DemoProduct]:
    return [product]


def _of_one_colour(product: DemoProduct, pack: DemoPack) -> list[DemoProduct]:
    return [p for p in pack.products if (p.kind, p.colour) == (product.kind, product.colour)]
