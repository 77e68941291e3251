"""What a product of the source changes in what is stored. Pure: nothing is read or written here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields

from search.catalogue_picture import KeptPicture
from search.importing.looking import Look
from search.importing.rows import Problem, ProductRow
from search.store.import_changes import (
    GivenVector,
    ImportedPicture,
    ImportedProduct,
    NewPicture,
    ProductChange,
    ProductFields,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """A product's change, None for none, and what it is about.

    `fields` are the names of what differs. Pictures are counted: new ones, those with another
    content at the same address, those that stay, those that are to be fetched, and those that the
    source no longer names; of vectors, those where none was, other ones, and those that stay.
    """

    change: ProductChange | None
    is_new: bool
    fields: tuple[str, ...]
    added: int
    replaced: int
    unchanged: int
    awaited: int
    gone: int
    vectors_added: int = 0
    vectors_replaced: int = 0
    vectors_unchanged: int = 0


@dataclass(frozen=True, slots=True)
class StoredVectors:
    """Of which pictures, by number, a vector is stored in the space of the one that is given.

    `same` are those where it is the very same.
    """

    there: Collection[int] = frozenset()
    same: Collection[int] = frozenset()


NO_VECTORS = StoredVectors()


def plan(
    row: ProductRow,
    said: ProductFields,
    stored: ImportedProduct | None,
    looks: Mapping[str, Look],
    vectors: StoredVectors = NO_VECTORS,
    *,
    renamed: bool,
    prune: bool,
) -> Plan:
    """Compare a product with what is stored of it.

    `said` are its fields, `looks` tells of its pictures by address, `vectors` of those that came
    with one, `renamed` whether its category has another name now. Pictures that the source no
    longer names go with `prune` only.
    """
    known = {picture.address: picture for picture in stored.pictures} if stored else {}
    usable = [
        picture.address
        for picture in row.pictures
        # A file that cannot be read now leaves what is stored of it.
        if not isinstance(looks[picture.address], Problem) or picture.address in known
    ]
    new = tuple(
        NewPicture(address, place, _kept(looks[address]))
        for place, address in enumerate(usable)
        if address not in known or _kept(looks[address])
    )
    gone = [picture for address, picture in known.items() if address not in set(usable)]
    moved = _moved(known, usable, new, [] if prune else gone)
    removed = tuple(picture.id for picture in gone) if prune else ()
    differing = _differing(said, stored, renamed=renamed)
    given = _given(row, known, usable)
    written = {picture.address for picture in new}
    # A picture with another content loses whatever vector it has, also the same.
    taken = tuple(g for g in given if g.address in written or g.picture_id not in vectors.same)
    replaced = sum(vector.picture_id in vectors.there for vector in taken)
    change = ProductChange(
        key=row.key,
        product_id=stored.id if stored else None,
        fields=said if differing or stored is None else None,
        pictures=new,
        moved=moved,
        removed=removed,
        vectors=taken,
    )
    added = sum(picture.address not in known for picture in new)
    with_vector = {vector.address for vector in given}
    return Plan(
        change=change if change.fields or new or moved or removed or taken else None,
        is_new=stored is None,
        fields=(
            *differing,
            *(["order"] if moved and stored and _reordered(usable, known) else []),
            *(["vector"] if taken and stored else []),
        ),
        added=added,
        replaced=len(new) - added,
        unchanged=sum(not isinstance(looks[address], Problem) for address in usable) - len(new),
        awaited=len({picture.address for picture in new if picture.kept is None} - with_vector),
        gone=len(gone),
        vectors_added=len(taken) - replaced,
        vectors_replaced=replaced,
        vectors_unchanged=len(given) - len(taken),
    )


def _given(
    row: ProductRow, known: Mapping[str | None, ImportedPicture], usable: list[str]
) -> list[GivenVector]:
    """Return the vectors that came with pictures which are or will be stored."""
    stored = set(usable)
    return [
        GivenVector(
            picture.address,
            known[picture.address].id if picture.address in known else None,
            picture.vector,
        )
        for picture in row.pictures
        if picture.vector is not None and picture.address in stored
    ]


def _kept(look: Look) -> KeptPicture | None:
    return look if isinstance(look, KeptPicture) else None


def _moved(
    known: Mapping[str | None, ImportedPicture],
    usable: list[str],
    new: tuple[NewPicture, ...],
    gone: list[ImportedPicture],
) -> tuple[tuple[int, int], ...]:
    """Return stored pictures with their new positions; those no longer named come last."""
    written = {picture.address for picture in new}
    places = {known[a].id: place for place, a in enumerate(usable) if a in known}
    places |= {picture.id: place for place, picture in enumerate(gone, len(usable))}
    return tuple(
        (picture.id, places[picture.id])
        for address, picture in known.items()
        if address not in written
        and picture.id in places
        and places[picture.id] != picture.position
    )


def _reordered(usable: list[str], known: Mapping[str | None, ImportedPicture]) -> bool:
    """Tell whether stored pictures stand in another order than before, or behind new ones."""
    stored = [known[address].position for address in usable if address in known]
    return stored != sorted(stored) or any(a in known for a in usable[len(stored) :])


def _differing(
    said: ProductFields, stored: ImportedProduct | None, *, renamed: bool
) -> tuple[str, ...]:
    if stored is None:
        return ()
    differing = [
        f.name for f in fields(said) if getattr(said, f.name) != getattr(stored.fields, f.name)
    ]
    names = ["category" if name == "category_id" else name for name in differing]
    return (*names, "category") if renamed and "category" not in names else tuple(names)
