"""Evaluation sets, and the small pictures of photos."""

from __future__ import annotations

import pytest

from search.errors import DatabaseForbidden, SetExists
from search.store.evaluation_sets import NewPhoto
from search.store.store import Store
from tests.judged import judgement, keep_picture, print_of, stock


def test_a_set_comes_back_as_it_was_added(store: Store) -> None:
    """Photos keep their order and names; one may show several products, or none."""
    numbers = stock(store, 3)
    photos = [
        NewPhoto(print_of(7), "б.jpg", (numbers[2], numbers[0])),
        NewPhoto(print_of(1), "a.jpg", ()),
    ]
    number = store.evaluation_sets.add("Shelf", photos)
    found = store.evaluation_sets.find(number)
    assert found is not None
    assert (found.name, found.photos) == ("Shelf", 2)
    assert [(p.fingerprint, p.name) for p in store.evaluation_sets.photos(number)] == [
        (print_of(7), "б.jpg"),
        (print_of(1), "a.jpg"),
    ]
    matches = store.evaluation_sets.matches(number)
    assert matches == sorted([(print_of(7), numbers[0]), (print_of(7), numbers[2])])
    assert store.evaluation_sets.all() == [found]


def test_a_name_is_taken_once(store: Store) -> None:
    """A second set of the same name would be the first one's double in every list."""
    store.evaluation_sets.add("Shelf", [])
    with pytest.raises(SetExists, match="Shelf"):
        store.evaluation_sets.add("Shelf", [])
    assert len(store.evaluation_sets.all()) == 1


def test_a_set_is_stored_whole_or_not_at_all(store: Store) -> None:
    """A product that is not there leaves no half of a set behind."""
    with pytest.raises(DatabaseForbidden):
        store.evaluation_sets.add("Half", [NewPhoto(print_of(1), "a.jpg", (999,))])
    assert store.evaluation_sets.all() == []


def test_a_removed_set_is_gone_and_what_was_judged_stays(store: Store) -> None:
    """People's words are worth more than a list."""
    (number,) = stock(store, 1)
    listed = store.evaluation_sets.add("Shelf", [NewPhoto(print_of(0), "a.jpg", (number,))])
    store.judgements.add([judgement(number)])
    assert store.evaluation_sets.remove(listed)
    assert not store.evaluation_sets.remove(listed)
    assert store.evaluation_sets.find(listed) is None
    assert store.evaluation_sets.matches(listed) == []
    assert store.judgements.pooled(print_of(0))


def test_a_number_that_no_set_can_have_is_not_found(store: Store) -> None:
    """Addresses hold anything, and no number is too large to be asked for."""
    assert store.evaluation_sets.find(10**30) is None


@pytest.mark.parametrize("contents", [(b"small", b"the largest"), (b"the largest", b"small")])
def test_the_largest_picture_of_a_photo_stays(store: Store, contents: tuple[bytes, bytes]) -> None:
    """A set's photo is better than the thumbnail of a search, whichever came first."""
    store.evaluation_sets.add("Shop", [NewPhoto(print_of(1), "1.jpg", ())])
    for content in contents:
        media_type = "image/jpeg" if content == b"small" else "image/png"
        store.photo_pictures.add(print_of(1), media_type, content)
    found = store.photo_pictures.find(print_of(1))
    assert found is not None
    assert (found.media_type, found.content) == ("image/png", b"the largest")
    assert store.photo_pictures.find(print_of(2)) is None
    assert store.photo_pictures.kept([print_of(1), print_of(2)]) == {print_of(1)}


def test_a_picture_is_kept_while_something_refers_to_its_photo(store: Store) -> None:
    """A set or a judgement that was not taken back; what nothing needs leaves nothing behind."""
    (product,) = stock(store, 1)
    store.evaluation_sets.add("Shop", [NewPhoto(print_of(1), "1.jpg", ())])
    store.judgements.add([judgement(product, photo=2)])
    for number in (1, 2, 3):
        store.photo_pictures.add(print_of(number), "image/jpeg", b"picture")
    asked = [print_of(number) for number in (1, 2, 3)]
    assert store.photo_pictures.kept(asked) == set(asked[:2])


def test_pictures_of_searches_can_be_left_out(store: Store) -> None:
    """What was kept of searches is not shown any more once that is switched off."""
    for number in (1, 2):
        keep_picture(store, print_of(number))
    store.evaluation_sets.add("Shop", [NewPhoto(print_of(1), "1.jpg", ())])
    both = [print_of(1), print_of(2)]
    assert store.photo_pictures.kept(both, searched=False) == {print_of(1)}
    assert store.photo_pictures.find(print_of(1), searched=False) is not None
    assert store.photo_pictures.find(print_of(2), searched=False) is None
    assert store.photo_pictures.find(print_of(2)) is not None
