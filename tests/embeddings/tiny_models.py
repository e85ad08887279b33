"""Transformer models small enough to be made and saved by a test: the library's real code runs on them."""

from __future__ import annotations

from pathlib import Path

WIDTH = 32


def _bert(folder: Path, seed: int, labels: int | None = None) -> None:
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

    characters = sorted(
        {chr(c) for c in range(0x3041, 0x30FF)}
        | set("一二三四五六七八九十年事業研修点検国会予算額医師森林漁港堤防文化財質問文章: ")
    )
    folder.mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters]
    (folder / "vocab.txt").write_text("\n".join(words) + "\n", "utf-8")
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(seed)
    shape = BertConfig(
        vocab_size=len(words),
        hidden_size=WIDTH,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=WIDTH,
        max_position_embeddings=128,
        num_labels=labels or 2,
    )
    model = BertModel(shape) if labels is None else BertForSequenceClassification(shape)
    model.save_pretrained(folder)


def sentence_model(folder: Path, seed: int) -> Path:
    """An embedding model of 32 dimensions that puts 「質問: 」 before questions and 「文章: 」 before passages."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    _bert(folder / "bert", seed)
    body = Transformer(str(folder / "bert"), max_seq_length=64)
    model = SentenceTransformer(
        modules=[body, Pooling(WIDTH)], prompts={"query": "質問: ", "document": "文章: "}, device="cpu"
    )
    model.save(str(folder / "saved"))
    return folder / "saved"


def cross_encoder(folder: Path) -> Path:
    """A cross-encoder with one score."""
    _bert(folder / "cross", seed=3, labels=1)
    return folder / "cross"
