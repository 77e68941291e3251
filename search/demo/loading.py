"""The demo catalogue on its way into a database: products, pictures, and the evaluation set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from search.demo.pack import EVALUATION_SET, DemoPack, Sample, load_pack
from search.photo import read_photo
from search.store.evaluation_sets import NewPhoto
from search.store.products import NewProduct
from search.store.store import Store
from search.vectors import Embedding

SOURCE = "demo"


class Demo:
    """The shipped pack beside a database that may hold it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._is_loaded: bool | None = None

    def samples(self) -> Sequence[Sample]:
        """Return photos to try, as long as the catalogue has the products that they show."""
        if self._is_loaded is None:
            self._is_loaded = self._store.products.has_source(SOURCE)
        return self._pack.samples if self._is_loaded else ()

    def sample(self, key: str) -> bytes | None:
        """Return a sample photo's JPEG file; None when there is no such sample."""
        return next((sample.read() for sample in self._pack.samples if sample.key == key), None)

    def load(self) -> int:
        """Put products and evaluation set into the database; return how many products were new."""
        added = self._store.products.add(SOURCE, list(_products(self._pack)))
        if all(known.name != EVALUATION_SET for known in self._store.evaluation_sets.all()):
            self._load_evaluation_set()
        self._is_loaded = True
        return added

    def _load_evaluation_set(self) -> None:
        pack = self._pack
        numbers = self._store.products.numbers([photo.article for photo in pack.evaluation], SOURCE)
        photos = []
        for photo, vector in zip(pack.evaluation, pack.evaluation_vectors(), strict=True):
            content = pack.evaluation_photo(photo.key)
            fingerprint = read_photo(content).fingerprint
            self._store.photos.add(fingerprint, Embedding(vector, pack.space))
            self._store.photo_pictures.add(fingerprint, "image/webp", content)
            photos.append(NewPhoto(fingerprint, photo.key, (numbers[photo.article],)))
        self._store.evaluation_sets.add(EVALUATION_SET, photos)

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
