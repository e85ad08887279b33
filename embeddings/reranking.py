"""A second look at the best passages by a cross-encoder, for those who can download one (off by default)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from db.errors import InputError
from embeddings.static_model import FloatArray

LOOKED_AT = 50
"""Passages of the first ranking that are looked at again."""


class Reranker:
    """A CrossEncoder of sentence-transformers, by its name on the hub or its folder."""

    def __init__(self, name: str) -> None:
        """InputError where the model cannot be loaded."""
        from sentence_transformers import CrossEncoder

        try:
            self._model = CrossEncoder(name)
        except Exception as error:
            reason = " ".join(str(error).split())[:200]
            raise InputError(
                f"並べ替えのモデル {name} を読み込めません（{reason}）。名前かフォルダーを確かめてください。"
            ) from error

    def scores(self, question: str, texts: Sequence[str]) -> FloatArray:
        """float32 (texts,): a higher score is a better answer."""
        found = self._model.predict([(question, text) for text in texts], show_progress_bar=False)
        return np.asarray(found, np.float32).reshape(len(texts), -1)[:, -1]
