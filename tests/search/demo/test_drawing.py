"""How the demo's pictures and photos are drawn."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from search.demo.canvas import Canvas, disc
from search.demo.catalogue import LINES, DemoProduct, catalogue
from search.demo.colour import distance
from search.demo.look import GOODS_COLOURS, Look
from search.demo.pack import PACK, load_pack
from search.demo.prints import PRINTS
from search.demo.samples import CHOICES
from search.photo import read_photo

pytest.importorskip("resvg_py", reason="drawing needs requirements-dev.txt")

from search.demo.build import drawing_mark
from search.demo.drawing import draw_cutout, draw_picture
from search.demo.evaluation import Shot, shots
from search.demo.phone import draw_photo

FIRSTS = [next(each for each in catalogue() if each.kind == kind) for kind in LINES]


def printed(kind: str) -> DemoProduct:
    """Return a product of the kind that has a print."""
    return next(each for each in catalogue() if each.kind == kind and each.print != "plain")


@pytest.mark.parametrize("kind", LINES)
def test_the_pack_shows_what_the_code_draws(kind: str) -> None:
    """Whoever changes a drawing has to build the pack anew."""
    product = printed(kind)
    fresh = np.asarray(draw_picture(product, 240), float)
    with Image.open(io.BytesIO(load_pack().picture(product.article))) as shipped:
        smaller = shipped.convert("RGB").resize((240, 240), Image.Resampling.BOX)
    assert np.abs(np.asarray(smaller, float) - fresh).mean() < 2


def test_no_picture_in_the_pack_is_out_of_date() -> None:
    """Every picture was made from the drawing that the code makes today."""
    with zipfile.ZipFile(PACK / "pictures.zip") as archive:
        marks = {entry.filename: entry.comment for entry in archive.infolist()}
    assert marks == {f"{each.article}.webp": drawing_mark(each) for each in catalogue()}


def test_no_evaluation_photo_is_out_of_date() -> None:
    """Every photo was made from the drawing, the seed and the drawer that the code has today."""
    with zipfile.ZipFile(PACK / "evaluation.zip") as archive:
        marks = {entry.filename: entry.comment for entry in archive.infolist()}
    assert marks == {f"{shot.key}.webp": shot.mark for shot in shots(catalogue())}


@pytest.mark.parametrize("shot", shots(catalogue())[::37], ids=lambda shot: shot.key)
def test_the_evaluation_set_shows_what_the_code_draws(shot: Shot) -> None:
    """A photo in the pack is the one that its product and seed give."""
    fresh, shipped = (
        np.asarray(read_photo(file).image, float)
        for file in (shot.draw(), load_pack().evaluation_photo(shot.key))
    )
    assert np.abs(shipped - fresh).mean() < 2


def test_an_evaluation_set_is_the_same_every_time() -> None:
    """Figures measured on it today can be compared with those of last year."""
    assert shots(catalogue()) == shots(catalogue())
    listed = [(photo.key, photo.article) for photo in load_pack().evaluation]
    assert listed == [(shot.key, shot.product.article) for shot in shots(catalogue())]


def test_no_photo_of_the_set_is_drawn_with_the_seed_of_a_sample() -> None:
    """What people try the search with is not what it is measured on."""
    tried = {(choice.of(catalogue()).article, choice.seed) for choice in CHOICES}
    assert tried.isdisjoint((shot.product.article, shot.seed) for shot in shots(catalogue()))


@pytest.mark.parametrize("product", FIRSTS, ids=lambda product: product.kind)
def test_a_thing_fills_its_picture_and_stays_inside(product: DemoProduct) -> None:
    """Every kind is drawn at about the same size and is not cut by the frame."""
    alpha = np.asarray(draw_cutout(product, 120).getchannel("A"))
    rows, columns = np.nonzero(alpha > 128)
    assert max(np.ptp(rows), np.ptp(columns)) >= 80
    border = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
    assert border.max() < 26


def test_every_ink_can_be_seen_on_every_colour() -> None:
    """No print drowns in the colour of the goods."""
    for colour in GOODS_COLOURS.values():
        for print_ in PRINTS:
            for ink in Look(colour, print_).inks:
                assert distance(ink, colour) > 100, (colour, print_, ink)


def test_a_photo_depends_on_product_and_seed_alone() -> None:
    """The same product and seed give the same file; another seed or product another one."""
    mug, pen = printed("mug"), printed("pen")
    first = draw_photo(mug, 7)
    assert draw_photo(mug, 7) == first
    assert draw_photo(mug, 8) != first
    assert draw_photo(pen, 7) != first


def test_a_photo_can_be_searched_with() -> None:
    """A drawn photo is a JPEG like any other that people send."""
    assert min(read_photo(draw_photo(printed("cap"), 3)).image.size) >= 448


def test_a_blurred_path_must_be_absolute() -> None:
    """The canvas cuts a blur to the path's box, and says so when it cannot know the box."""
    canvas = Canvas()
    with pytest.raises(ValueError, match="blurred"):
        canvas.path("M0,0l10,10", fill="#000000", blur=3)


def test_the_floor_can_be_left_out() -> None:
    """The same drawing can stand on another ground."""
    canvas = Canvas()
    with canvas.floor():
        canvas.path(disc(500, 500, 80), fill="#123456")
    canvas.path(disc(500, 500, 60), fill="#abcdef")
    assert "#123456" in canvas.svg()
    assert "#123456" not in canvas.svg(floor=False)
