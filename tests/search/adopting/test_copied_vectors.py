"""The vectors of an adopted catalogue: copies follow the shop's, and what is not a copy stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search.errors import VectorsUnreadable
from search.importing.vector_file import VectorFile
from search.importing.vector_importer import VectorImporter
from search.importing.vector_names import VectorNames
from search.vectors import CLIP, Embedding, VectorSpace
from tests.catalogues import unit_vectors
from tests.founding import FoundingDatabases
from tests.search.adopting.conftest import SMALL, Adopt, ask

B16 = VectorSpace("openai/clip-vit-base-patch16")
# The vectors of a model; what was written again has another xmin.
VECTORS = """
    SELECT picture_id, adopted, vectors.xmin FROM likeness.image_embeddings AS vectors
    JOIN likeness.spaces AS space ON space.id = space_id WHERE model = %s ORDER BY 1
"""
MAKE_ONE_OWN = """
    UPDATE likeness.image_embeddings SET adopted = false
    WHERE (picture_id, space_id) = (
        SELECT picture_id, space_id FROM likeness.image_embeddings
        JOIN likeness.spaces AS space ON space.id = space_id WHERE model = %s ORDER BY 1 LIMIT 1)
"""
# The first pictures of products that have no vector.
WITHOUT = """
    SELECT picture.id, product.id, product.key
    FROM likeness.pictures AS picture JOIN likeness.products AS product ON product.id = product_id
    WHERE position = 0 AND NOT EXISTS (
        SELECT FROM likeness.image_embeddings WHERE picture_id = picture.id)
    ORDER BY picture.id
"""


def test_a_model_that_vanishes_takes_its_copies_with_it(
    founding: FoundingDatabases, adopting: Adopt
) -> None:
    """Exactly what came from there: what Likeness made in that space stays, and other spaces."""
    engine = adopting(founding)
    engine.adoption.refresh()
    owner = founding.catalogue
    copied = len(ask(owner, VECTORS, B16.model))
    ask(owner, MAKE_ONE_OWN, B16.model)
    picture, product, _ = ask(owner, WITHOUT)[0]
    engine.store.vectors.write(B16, np.array([picture]), np.array([product]), unit_vectors(1))
    own = [row for row in ask(owner, VECTORS, B16.model) if not row[1]]
    others = ask(owner, VECTORS, CLIP.model)
    assert (copied > 2, len(own), len(others) > 0) == (True, 2, True)
    ask(owner, "DELETE FROM image_embeddings WHERE model_version = 'clip-ViT-B-16'")
    report = engine.adoption.refresh()
    assert report is not None
    assert {space.space: space.removed for space in report.spaces} == {B16: copied - 1, CLIP: 0}
    assert ask(owner, VECTORS, B16.model) == own
    assert ask(owner, VECTORS, CLIP.model) == others


def test_vectors_that_were_brought_stay(
    founding: FoundingDatabases, adopting: Adopt, tmp_path: Path
) -> None:
    """Of pictures for which the shop has none, and in place of its own: `import vectors`."""
    engine = adopting(founding)
    engine.adoption.refresh()
    product = ask(founding.catalogue, WITHOUT)[0][2]
    np.save(tmp_path / "vectors.npy", unit_vectors(2))
    (tmp_path / "ids.csv").write_text(f"id\n1001\n{product}\n")
    brought = VectorImporter(engine.store).run(
        VectorFile(tmp_path / "vectors.npy", 512),
        VectorNames(tmp_path / "ids.csv"),
        CLIP,
        lambda _: None,
        source="adopted",
    )
    assert (brought.vectors.changed, brought.vectors.added) == (1, 1)
    ask(founding.catalogue, "UPDATE image_embeddings SET updated_at = now()")
    assert engine.adoption.refresh() is not None
    for key, vector in zip(("1001", product), unit_vectors(2), strict=True):
        (hit,) = engine.store.embeddings.nearest(Embedding(vector, CLIP), 1)
        assert hit.product.id == engine.store.imports.find("adopted", [key])[key].id
        assert hit.similarity == pytest.approx(1, abs=1e-5)


def test_vectors_that_likeness_made_are_left_alone(
    founding: FoundingDatabases, adopting: Adopt
) -> None:
    """Whatever the shop's table says of the same picture, and also when it says nothing more."""
    engine = adopting(founding)
    engine.adoption.refresh()
    own = "UPDATE likeness.image_embeddings SET adopted = false WHERE picture_id IN (%s)"
    query = (
        "SELECT id FROM likeness.pictures WHERE product_id = (SELECT id FROM likeness.products"
        " WHERE key = '1004') LIMIT 1"
    )
    ((picture,),) = ask(founding.catalogue, query)
    ask(founding.catalogue, own, picture)
    ask(founding.catalogue, "DELETE FROM image_embeddings WHERE product_id IN (1004, 1005)")
    report = engine.adoption.refresh()
    assert report is not None
    assert sum(space.removed for space in report.spaces) == 1
    there = "SELECT count(*) FROM likeness.image_embeddings WHERE picture_id = %s"
    assert ask(founding.catalogue, there, picture) == [(1,)]


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("bytea", "NULL", "cannot cast type bytea to vector"),
        ("float8[]", "array_fill('Infinity'::float8, ARRAY[512])", "infinite value"),
        ("text", "'none'", "invalid input syntax for type vector"),
    ],
)
def test_a_column_of_something_else_is_told_as_what_it_is(
    founding: FoundingDatabases, adopting: Adopt, kind: str, value: str, told: str
) -> None:
    """Not as a fault of our own database; what was copied before stays, and so do the products."""
    engine = adopting(founding)
    engine.adoption.refresh()
    before = ask(founding.catalogue, VECTORS, CLIP.model)
    change = f"ALTER TABLE image_embeddings ALTER image_embedding TYPE {kind} USING {value}"
    ask(founding.catalogue, change)
    with pytest.raises(VectorsUnreadable, match=rf"in public\.image_embeddings cannot.*{told}"):
        engine.adoption.refresh()
    assert ask(founding.catalogue, VECTORS, CLIP.model) == before
    assert engine.store.products.count()[0] == SMALL


@pytest.mark.parametrize("function", ["l2_normalize(vector)", "of_later_versions(vector)"])
def test_vectors_have_unit_length_whatever_pgvector_can_do(
    founding: FoundingDatabases,
    adopting: Adopt,
    monkeypatch: pytest.MonkeyPatch,
    function: str,
) -> None:
    """In the shop they have any; before 0.7 pgvector could not normalise them."""
    monkeypatch.setattr("search.store.founding_vectors._NORMALISES", function)
    adopting(founding).adoption.refresh()
    lengths = ask(
        founding.catalogue,
        "SELECT min(vector_norm(image_embedding)), max(vector_norm(image_embedding))"
        " FROM likeness.image_embeddings",
    )
    assert lengths[0] == (pytest.approx(1, abs=1e-5), pytest.approx(1, abs=1e-5))
