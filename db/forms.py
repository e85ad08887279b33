"""What the forms are called: 「rs-2024」 is RSシステム（2024年度）."""

from __future__ import annotations

import re

_FORMS = (
    (r"sheet-(\d+)-text", r"シート（\1年度様式、テキスト）"),
    (r"sheet-(\d+)-excel", r"シート（\1年度様式、Excel）"),
    (r"sheet-(\d+)-pdf", r"シート（\1年度様式、PDF）"),
    (r"rs-(\d+)", r"RSシステム（\1年度）"),
    (r"judgit-(\d+)", r"JUDGIT!（\1年度）"),
    (r"judgit", "JUDGIT!"),
    (r"main-items-(\d+)", r"主要事項のデータベース（\1年度）"),
)


def form_label(form: str) -> str:
    """A form's name for people: 「rs-2024」 → 「RSシステム（2024年度）」; as it is where it is not known."""
    for pattern, japanese in _FORMS:
        if re.fullmatch(pattern, form):
            return re.sub(pattern, japanese, form)
    return form
