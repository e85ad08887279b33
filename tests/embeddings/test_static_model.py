"""The shipped model: read without torch, the same as in the library."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from db.errors import InputError
from embeddings.static_model import DIRECTORY, VECTORS, StaticModel, default_model, sentence_transformer

TEXTS = [
    "パパの育休を広めるサイト",
    "男性の育児休業取得促進",
    "",
    "!?…",
    "Ａ１ ｶﾀｶﾅ 令和５年度",
    "研修会を効率的に回る",
]

LONG = "都道府県の研修会を効率的に回るなど経費の効率化を図った結果による。" * 12


def test_vectors_equal_the_library_s_on_the_same_weights() -> None:
    model = sentence_transformer()
    known = [t for t in TEXTS if t.strip("!?…")]
    assert np.abs(default_model().encode(known) - model.encode(known)).max() <= 1e-6
    # Over hundreds of tokens the two add float32 up in another order: the direction stays the same.
    ours, theirs = default_model().encode([LONG])[0], model.encode([LONG])[0]
    assert ours @ theirs >= 1 - 1e-6


def test_a_text_without_a_known_token_has_a_vector_of_zeros() -> None:
    vectors = default_model().encode(TEXTS)
    assert vectors.shape == (len(TEXTS), 256)
    assert not vectors[2:4].any()
    assert np.allclose(np.linalg.norm(vectors[[0, 1, 4, 5]], axis=1), 1, atol=1e-6)


def test_what_means_the_same_is_nearer_than_what_does_not() -> None:
    asked, same, other = default_model().encode(["パパの育休", "男性の育児休業", "漁港の堤防"])
    assert asked @ same > asked @ other + 0.2


def test_no_torch_is_imported_to_search() -> None:
    code = (
        "import sys; from embeddings.models import load_encoder; load_encoder().question('予算');"
        "print('torch' in sys.modules, 'sentence_transformers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_a_damaged_model_is_said_in_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(DIRECTORY, folder)
    (folder / VECTORS).write_bytes((DIRECTORY / VECTORS).read_bytes()[:1000])
    with pytest.raises(InputError, match="埋め込みモデル"):
        StaticModel(folder)
    with pytest.raises(InputError, match="埋め込みモデル"):
        StaticModel(tmp_path / "nowhere")
    (folder / VECTORS).unlink()
    shutil.copy(DIRECTORY / VECTORS, folder / VECTORS)
    (folder / "tokenizer.json").write_text('{"a": 1}')
    with pytest.raises(InputError, match="埋め込みモデル"):
        StaticModel(folder)


def test_the_model_fits_in_the_repository() -> None:
    assert sum(f.stat().st_size for f in DIRECTORY.iterdir()) <= 20_000_000
