"""The default embedding model: a table of token vectors, read without torch.

A text's vector is the mean of its tokens' vectors, brought to length 1: what sentence-transformers calls a
``StaticEmbedding`` followed by ``Normalize``. The table is stored as int8 with one scale a token
(``vectors.safetensors``) beside the tokenizer (``tokenizer.json``); ``sentence_transformer`` gives the same
weights to the library.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from db.errors import InputError
from embeddings.unigram import UnigramTokenizer

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

FloatArray = npt.NDArray[np.float32]

DIRECTORY = Path(__file__).with_name("model")
"""Where the shipped model lies."""
SHIPPED = "reviewsheet-static-"
"""What the names of all editions of the shipped model begin with."""
VECTORS, TOKENIZER, VERSION = "vectors.safetensors", "tokenizer.json", "version.txt"
_LONGEST = 8_000
"""Characters of a text that are read."""
_BATCH = 4_000
_FEW = 20
"""So many texts are cut into tokens sooner than the tokenizers library is loaded."""


class StaticModel:
    """Texts to vectors with the model in a folder. ``name`` is what an index remembers it by."""

    def __init__(self, directory: str | Path = DIRECTORY) -> None:
        """InputError where the folder holds no such model or a damaged one."""
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        path = Path(directory)
        self._tokenizer_file = path / TOKENIZER
        try:
            stored = load_file(str(path / VECTORS))
            self._codes: npt.NDArray[np.int8] = stored["codes"]
            self._scales: FloatArray = stored["scales"].astype(np.float32)
            self._unigram = UnigramTokenizer(self._tokenizer_file)
            self.name = (path / VERSION).read_text("utf-8").strip()
        except (OSError, SafetensorError, KeyError, ValueError, Exception) as error:
            raise InputError(
                f"埋め込みモデル {path} を読めません（{error}）。フォルダーが壊れていないか確かめてください。"
            ) from error
        if self._codes.ndim != 2 or len(self._scales) != len(self._codes):
            raise InputError(f"埋め込みモデル {path} の {VECTORS} は形が合いません。")
        if len(self._unigram) != len(self._codes):
            raise InputError(f"埋め込みモデル {path} の語の数が {TOKENIZER} と {VECTORS} とで合いません。")

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._codes.shape[1])

    def table(self) -> FloatArray:
        """float32, (tokens, dimensions): the vector of each token."""
        return self._codes.astype(np.float32) * self._scales[:, None]

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """float32, (texts, dimensions), each of length 1; all zeros for a text without a known token."""
        out = np.zeros((len(texts), self.dimensions), np.float32)
        for start in range(0, len(texts), _BATCH):
            part = [t[:_LONGEST] for t in texts[start : start + _BATCH]]
            _mean_rows(self._codes, self._scales, self._tokens(part), out[start : start + len(part)])
        lengths = np.linalg.norm(out, axis=1, keepdims=True)
        return np.asarray(out / np.maximum(lengths, 1e-12), np.float32)

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """The numbers of each text's tokens."""
        if len(texts) <= _FEW:
            return [self._unigram.encode(text) for text in texts]
        return [e.ids for e in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        """The same tokenizer in the library, which is faster for many texts."""
        from tokenizers import Tokenizer

        return Tokenizer.from_file(str(self._tokenizer_file))


def _mean_rows(
    codes: npt.NDArray[np.int8], scales: FloatArray, tokens: Sequence[Sequence[int]], out: FloatArray
) -> None:
    """Write into ``out`` the mean of the vectors of each row of token numbers."""
    filled = [i for i, row in enumerate(tokens) if row]
    chunk = 256
    for first in range(0, len(filled), chunk):
        rows = filled[first : first + chunk]
        flat = np.concatenate([np.asarray(tokens[i], np.int64) for i in rows])
        sizes = np.array([len(tokens[i]) for i in rows])
        vectors = codes[flat].astype(np.float32)
        vectors *= scales[flat, None]
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        out[rows] = np.add.reduceat(vectors, starts, axis=0) / sizes[:, None]


@cache
def default_model() -> StaticModel:
    """The shipped model, loaded once (0.1 s)."""
    return StaticModel()


def save(directory: str | Path, tokenizer: str, table: FloatArray, version: str) -> None:
    """Write a model: ``tokenizer`` is the tokenizers library's JSON, ``table`` float32 (tokens, dimensions)."""
    from safetensors.numpy import save_file

    path = Path(directory)
    path.mkdir(parents=True, exist_ok=True)
    scales = np.maximum(np.abs(table).max(axis=1), 1e-12) / 127
    codes = np.rint(table / scales[:, None]).astype(np.int8)
    save_file({"codes": codes, "scales": scales.astype(np.float32)}, str(path / VECTORS))
    (path / TOKENIZER).write_text(tokenizer, "utf-8")
    (path / VERSION).write_text(version + "\n", "utf-8")


def sentence_transformer(directory: str | Path = DIRECTORY) -> SentenceTransformer:
    """The same model as a ``SentenceTransformer`` (takes some seconds to import)."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
    from tokenizers import Tokenizer

    model = StaticModel(directory)
    tokenizer = Tokenizer.from_file(str(Path(directory) / TOKENIZER))
    embedding = StaticEmbedding(tokenizer, embedding_weights=model.table())
    return SentenceTransformer(modules=[embedding, Normalize()], device="cpu")
