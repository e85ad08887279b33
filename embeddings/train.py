"""Train the default model: `python -m embeddings.train --data ../shared/data` writes ``embeddings/model/``.

1. Vocabulary: the words SudachiPy finds in the running texts, by frequency, as a unigram model that the
   tokenizers library segments raw text with.
2. First vectors: positive pointwise mutual information of neighbouring words, reduced by a truncated SVD.
3. Training: batches of pairs against each other (multiple negatives ranking) with sentence-transformers.

The seed and the order of the data are fixed, so that the same data give the same model on the same machine.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from embeddings.static_model import DIRECTORY, SHIPPED, FloatArray, save
from embeddings.thesaurus import load_thesaurus
from embeddings.training_texts import Pair, TrainingTexts, load, read_questions
from embeddings.words import surfaces

SEED = 20_240_401
DIMENSIONS = 256
VOCABULARY = 40_000
WINDOW = 5
STEPS, BATCH = 700, 1024
RATE = 0.02
SCALE = 20.0
SHARES = {
    "質問と文章": 0.22,
    "ふだんの言い方": 0.26,
    "事業名と文章": 0.16,
    "目的と概要": 0.06,
    "問いと段落": 0.16,
    "似た文": 0.06,
    "同義語": 0.08,
}
"""How often a batch is drawn from each kind of pair."""
_SPLIT = r"[\p{P}\p{S}\s]+|[0-9]+"


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with rs2024, judgit and corpora")
    parser.add_argument(
        "--questions", type=Path, nargs="*", default=None, help="question files to learn from"
    )
    parser.add_argument("--hold-out", type=Path, default=None, help="JSON list of question ids to leave out")
    parser.add_argument(
        "--thesaurus", type=Path, default=None, help="use this thesaurus instead of the shipped"
    )
    parser.add_argument("--output", type=Path, default=DIRECTORY)
    parser.add_argument("--steps", type=int, default=STEPS)
    options = parser.parse_args(arguments)
    files = options.questions or [options.data / "corpora" / "questions.json", *own_question_files()]
    held = set(json.loads(options.hold_out.read_text("utf-8"))) if options.hold_out else set()
    questions = [q for f in files for q in read_questions(f) if q.id not in held]
    thesaurus = json.loads(options.thesaurus.read_text("utf-8")) if options.thesaurus else load_thesaurus()
    train(load(options.data, questions, thesaurus), options.output, options.steps)


def own_question_files() -> list[Path]:
    """The questions written for this project."""
    return sorted(Path(__file__).with_name("questions").glob("*.json"))


def train(texts: TrainingTexts, output: Path, steps: int = STEPS) -> None:
    """Train on these texts and write the model to ``output``."""
    started = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - started:6.0f} s  {what}", file=sys.stderr, flush=True)

    say(f"文章 {len(texts.running):,}、組 " + "、".join(f"{k} {len(v):,}" for k, v in texts.pairs.items()))
    tokenizer_json = vocabulary(texts.running)
    say("語彙")
    table = first_vectors(tokenizer_json, texts.running)
    say("最初のベクトル")
    table = fit(tokenizer_json, table, texts.pairs, steps, say)
    digest = hashlib.sha256(table.tobytes() + tokenizer_json.encode()).hexdigest()[:12]
    save(output, tokenizer_json, table, f"{SHIPPED}{digest}")
    say(f"{output} に書き出した")


def vocabulary(texts: Sequence[str]) -> str:
    """The tokenizer, as the tokenizers library's JSON."""
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
    from tokenizers.models import Unigram

    counts: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for text in texts:
        for word in surfaces(text):
            counts[word] += 1
            characters.update(word)
    chosen = dict(counts.most_common(VOCABULARY))
    for character, count in characters.most_common(6_000):
        chosen.setdefault(character, min(count, 2))
    total = sum(chosen.values())
    pieces = [("<unk>", -20.0)]
    pieces += [(w, math.log(n / total)) for w, n in sorted(chosen.items(), key=lambda e: (-e[1], e[0]))]
    tokenizer = Tokenizer(Unigram(pieces, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(_SPLIT), "removed")
    return str(tokenizer.to_str())


def first_vectors(tokenizer_json: str, texts: Sequence[str]) -> FloatArray:
    """PPMI of words within ``WINDOW`` of each other, reduced to ``DIMENSIONS`` by a truncated SVD."""
    from scipy.sparse import csr_matrix
    from sklearn.utils.extmath import randomized_svd
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(tokenizer_json)
    size = tokenizer.get_vocab_size()
    counted = csr_matrix((size, size), dtype=np.float64)
    frequency = np.zeros(size)
    for start in range(0, len(texts), 20_000):
        encoded = tokenizer.encode_batch(list(texts[start : start + 20_000]), add_special_tokens=False)
        gap = np.zeros(WINDOW, np.int64)
        flat = np.concatenate([part for e in encoded for part in (np.asarray(e.ids, np.int64), gap)])
        frequency += np.bincount(flat, minlength=size)
        for distance in range(1, WINDOW + 1):
            left, right = flat[:-distance], flat[distance:]
            kept = (left > 0) & (right > 0)
            weight = np.full(int(kept.sum()), 1.0 / distance)
            counted = counted + csr_matrix((weight, (left[kept], right[kept])), shape=(size, size))
    counted = (counted + counted.T).tocoo()
    total = counted.data.sum()
    rows = np.asarray(csr_matrix(counted).sum(axis=1)).ravel()
    context = rows**0.75
    context /= context.sum()
    value = np.log(
        counted.data * 1.0 / np.maximum(rows[counted.row], 1e-9) / np.maximum(context[counted.col], 1e-12)
    )
    kept = value > 0
    matrix = csr_matrix((value[kept], (counted.row[kept], counted.col[kept])), shape=(size, size))
    left, singular, _ = randomized_svd(matrix, DIMENSIONS, n_iter=3, random_state=SEED)
    vectors = left * np.sqrt(singular)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    frequency[0] = total
    share = frequency / max(frequency[1:].sum(), 1.0)
    rarity = 1e-4 / (1e-4 + share)
    return np.asarray(vectors * np.maximum(rarity, 0.02)[:, None], np.float32)


def fit(
    tokenizer_json: str, table: FloatArray, pairs: dict[str, list[Pair]], steps: int, say: object = None
) -> FloatArray:
    """Move the vectors so that the two texts of a pair are nearer each other than to the rest of their batch."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    chance = random.Random(SEED)
    model = SentenceTransformer(
        modules=[StaticEmbedding(Tokenizer.from_str(tokenizer_json), embedding_weights=table.copy())],
        device="cpu",
    )
    loss = MultipleNegativesRankingLoss(model, scale=SCALE)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    kinds = [k for k in SHARES if pairs.get(k)]
    queues = {k: _endless(pairs[k], random.Random(f"{SEED}{k}")) for k in kinds}
    for step in range(steps):
        kind = chance.choices(kinds, [SHARES[k] for k in kinds])[0]
        batch = _batch(queues[kind])
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / 50) * (1 - step / steps)
        features = [model.preprocess([pair[side] for pair in batch]) for side in (0, 1)]
        value = loss(features, torch.zeros(0))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        if callable(say) and step % 50 == 0:
            say(f"{step}/{steps}  {kind}  {value.item():.3f}")
    return np.asarray(model[0].embedding.weight.detach().numpy(), np.float32)


def _endless(pairs: Sequence[Pair], chance: random.Random) -> Iterator[Pair]:
    order = list(dict.fromkeys(p for p in pairs if p[0] and p[1] and p[0] != p[1]))
    while True:
        chance.shuffle(order)
        yield from order


def _batch(queue: Iterator[Pair]) -> list[Pair]:
    """Pairs none of which shares a text with another: two right answers must not be held against each other."""
    first: set[str] = set()
    second: set[str] = set()
    out: list[Pair] = []
    for _ in range(3 * BATCH):
        one, other = next(queue)
        if one not in first and other not in second:
            first.add(one)
            second.add(other)
            out.append((one, other[:400]))
        if len(out) == BATCH:
            break
    return out


if __name__ == "__main__":
    main()
