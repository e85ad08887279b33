"""The embedding models a database can be indexed with: the shipped one, or any of sentence-transformers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from db.errors import InputError
from embeddings.static_model import SHIPPED, VECTORS, FloatArray, StaticModel, default_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT = "default"
"""Name of the shipped model in commands and in the index."""
_BATCH = 64


class Encoder(Protocol):
    """Texts to vectors of length 1."""

    name: str
    """What an index remembers the model by: it changes when its vectors would."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def passages(self, texts: Sequence[str]) -> FloatArray:
        """float32 (texts, dimensions) of what is searched."""

    def question(self, text: str) -> FloatArray:
        """float32 (dimensions,) of what is asked."""


class StaticEncoder:
    """A static model: no torch, no waiting."""

    def __init__(self, model: StaticModel, name: str) -> None:
        self._model = model
        self.name = name

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._model.dimensions

    def passages(self, texts: Sequence[str]) -> FloatArray:
        """float32 (texts, dimensions)."""
        return self._model.encode(texts)

    def question(self, text: str) -> FloatArray:
        """float32 (dimensions,)."""
        return np.asarray(self._model.encode([text])[0], np.float32)


class LibraryEncoder:
    """A model of sentence-transformers, by its name on the hub or its folder; a GPU is used where there is one.

    Prompts the model brings (「query: 」 and 「passage: 」, 「検索クエリ: 」 and 「検索文書: 」) are put before the texts.
    """

    def __init__(self, name: str) -> None:
        self._model = _library_model(name)
        self.name = name
        self._dimensions = int(self._model.get_embedding_dimension() or 0)
        if self._dimensions <= 0:
            raise InputError(
                f"埋め込みモデル {name} はベクトルの長さが分かりません。別のモデルを --model で指定してください。"
            )

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._dimensions

    def passages(self, texts: Sequence[str]) -> FloatArray:
        """float32 (texts, dimensions)."""
        return self._of(self._model.encode_document, texts)

    def question(self, text: str) -> FloatArray:
        """float32 (dimensions,)."""
        return np.asarray(self._of(self._model.encode_query, [text])[0], np.float32)

    def _of(self, encode: object, texts: Sequence[str]) -> FloatArray:
        assert callable(encode)
        vectors = encode(list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.nan_to_num(np.asarray(vectors, np.float32))


def load_encoder(name: str | None = None) -> Encoder:
    """The model of this name, the shipped one where none is given; InputError where it cannot be loaded."""
    return _encoder(name or DEFAULT)


def made_with(name: str | None) -> str | None:
    """The model to go on with where an index was made with ``name``: another edition of the shipped one is the
    shipped one."""
    return DEFAULT if name is not None and name.startswith(SHIPPED) else name


@lru_cache(maxsize=2)
def _encoder(name: str) -> Encoder:
    if name == DEFAULT or name == default_model().name:
        return StaticEncoder(default_model(), default_model().name)
    if (Path(name) / VECTORS).is_file():
        return StaticEncoder(StaticModel(name), name)
    return LibraryEncoder(name)


def _library_model(name: str) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    folder = Path(name)
    looks_local = folder.exists() or name.startswith((".", "/", "~"))
    if looks_local and not folder.expanduser().is_dir():
        raise InputError(
            f"埋め込みモデルのフォルダー {name} がありません。--model にモデルのフォルダーか名前を指定してください。"
        )
    try:
        return SentenceTransformer(str(folder.expanduser()) if looks_local else name)
    except Exception as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(
            f"埋め込みモデル {name} を読み込めません（{reason}）。名前かフォルダーを確かめ、"
            "ネットワークのない機械ではモデルのフォルダーを --model で指定してください。"
        ) from error
