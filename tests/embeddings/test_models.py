"""Any other embedding model: indexed anew, resumed where it stopped, never mixed; and the reranker."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from db.errors import InputError
from embeddings.indexing import update_index
from embeddings.models import DEFAULT, LibraryEncoder, load_encoder
from embeddings.passage_index import PassageIndex
from embeddings.search import PassageSearch
from tests.embeddings.tiny_models import WIDTH, cross_encoder


def test_a_library_model_gives_vectors_of_length_one_with_its_prompts(tiny_transformer: Path) -> None:
    from sentence_transformers import SentenceTransformer

    encoder = LibraryEncoder(str(tiny_transformer))
    assert encoder.dimensions == WIDTH
    plain = SentenceTransformer(str(tiny_transformer), device="cpu")
    asked = plain.encode("質問: 予算", normalize_embeddings=True, prompt="")
    told = plain.encode("文章: 予算", normalize_embeddings=True, prompt="")
    assert np.allclose(encoder.question("予算"), asked, atol=1e-5)
    assert np.allclose(encoder.passages(["予算"])[0], told, atol=1e-5)


def test_an_index_remembers_its_model_and_is_searched_with_it(
    indexed: sqlite3.Connection, tiny_transformer: Path
) -> None:
    report = update_index(indexed, model=str(tiny_transformer))
    assert report.embedded == report.passages
    index = PassageIndex(indexed)
    assert (index.model, index.dimensions) == (str(tiny_transformer), WIDTH)
    assert PassageSearch(indexed).search("堤防の整備")[0].sheet_key == "2024-RS-21"
    assert update_index(indexed).embedded == 0
    assert update_index(indexed, model=DEFAULT).embedded == report.passages


def test_an_interrupted_change_of_model_goes_on_where_it_stopped(
    indexed: sqlite3.Connection, tiny_transformer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embeddings.indexing._EMBEDDED_AT_ONCE", 4)
    encoder = load_encoder(str(tiny_transformer))
    embedded: list[int] = []
    whole = type(encoder).passages

    def stops_after_two(self: LibraryEncoder, texts: list[str]) -> object:
        if len(embedded) == 2:
            raise KeyboardInterrupt
        embedded.append(len(texts))
        return whole(self, texts)

    with monkeypatch.context() as patched:
        patched.setattr(LibraryEncoder, "passages", stops_after_two)
        with pytest.raises(KeyboardInterrupt):
            update_index(indexed, model=str(tiny_transformer))
    assert PassageIndex(indexed).model == load_encoder().name
    rest: list[int] = []
    monkeypatch.setattr(
        LibraryEncoder, "passages", lambda self, texts: rest.append(len(texts)) or whole(self, texts)
    )
    report = update_index(indexed, model=str(tiny_transformer))
    assert sum(embedded) + sum(rest) == report.passages


def test_another_edition_of_the_shipped_model_is_not_mixed_in(indexed: sqlite3.Connection) -> None:
    indexed.execute("UPDATE _search_state SET content = 'reviewsheet-static-older' WHERE name = 'model'")
    indexed.commit()
    with pytest.raises(InputError, match="reviewsheet index"):
        PassageSearch(indexed).search("堤防")
    update_index(indexed)
    assert PassageSearch(indexed).search("堤防")


def test_a_model_of_another_dimension_is_refused(indexed: sqlite3.Connection, tiny_transformer: Path) -> None:
    indexed.execute("UPDATE _search_state SET content = ? WHERE name = 'model'", (str(tiny_transformer),))
    indexed.commit()
    with pytest.raises(InputError, match="長さ"):
        PassageSearch(indexed).search("堤防")


def test_a_broken_or_missing_folder_is_said_in_one_line(indexed: sqlite3.Connection, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "config.json").write_text("{")
    before = PassageIndex(indexed).model
    for name in (str(broken), str(tmp_path / "nowhere")):
        with pytest.raises(InputError, match="モデル") as error:
            update_index(indexed, model=name)
        assert "\n" not in str(error.value)
    assert PassageIndex(indexed).model == before


def test_a_reranker_puts_the_passages_it_scores_highest_first(
    indexed: sqlite3.Connection, tmp_path: Path
) -> None:
    from sentence_transformers import CrossEncoder

    model = str(cross_encoder(tmp_path))
    hits = PassageSearch(indexed, rerank=model).search("研修の点検", limit=5)
    scores = CrossEncoder(model).predict([("研修の点検", h.text) for h in hits], show_progress_bar=False)
    assert np.allclose([h.score for h in hits], np.ravel(scores), atol=1e-4)
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    with pytest.raises(InputError, match="並べ替え"):
        PassageSearch(indexed, rerank=str(tmp_path / "nowhere")).search("研修")
