"""Whatever comes and goes, in whatever order: the database is that of the sources that stay."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.loading import unload
from db.sheet import Flag, Row, Sheet, SourceFile, Unplaced
from tests.db.store_making import MILLION, content, rows, source, store

FORMS = ("sheet-2018-text", "sheet-2018-excel", "main-items-2018", "judgit-2018")
NUMBERS = ("0001", "0002")

amounts = st.integers(0, 3).map(lambda n: n * MILLION)
budgets = st.lists(st.tuples(st.integers(2015, 2017), amounts, st.none() | amounts), max_size=3)
payees = st.lists(st.tuples(st.sampled_from("甲乙丙"), st.none() | amounts), max_size=3)
says = st.fixed_dictionaries(
    {},
    optional={
        "担当課室": st.sampled_from(["防災課", "防災室"]),
        "事業の目的": st.sampled_from(["備える。", "守る。"]),
        "JUDGIT事業ID": st.sampled_from(["1", "2"]),
    },
)
contents = st.fixed_dictionaries({"says": says, "budgets": budgets, "payees": payees, "note": st.booleans()})
files = st.builds(
    lambda form, sheets: (form, sheets),
    st.sampled_from(FORMS),
    st.dictionaries(st.sampled_from(NUMBERS), contents, min_size=1, max_size=2),
)
"""A file of one form, with what it says of one or two sheets."""


def sheet_of(number: str, where: SourceFile, said: dict[str, Any]) -> Sheet:
    basic = {"公開年度": 2018, "府省庁": "総務省", "事業番号": number, "事業名": f"備え{number}"}
    made = Sheet(where.form, Row({**basic, **said["says"]}, f"{number}の題"), [where])
    for column in said["says"]:
        made.basic.places[column] = f"{number}の{column}"
    for n, (year, total, spent) in enumerate({y: (y, t, s) for y, t, s in said["budgets"]}.values()):
        made.add("budgets", Row({"年度": year, "計": total, "執行額": spent}, f"{number}の予算{n}"))
    for n, (name, amount) in enumerate(said["payees"]):
        made.add("payees", Row({"ブロック": "A", "支出先": name, "支出額": amount}, f"{number}の支出先{n}"))
    if said["note"]:
        made.unplaced.append(Unplaced("注", f"{number}の欄外"))
        made.flags.append(Flag(f"{number}の予算0", "合計が合いません", "budgets", "計"))
    return made


def put(path: Path, name: str, form: str, sheets: dict[str, dict[str, Any]]) -> None:
    where = source(name, form)
    store(path, *(sheet_of(number, where, said) for number, said in sorted(sheets.items())))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(files, st.booleans()), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_database_is_that_of_the_sources_that_stay(
    steps: list[tuple[tuple[str, dict[str, Any]], bool]], rng: Any
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, fresh = Path(folder) / "reviews.db", Path(folder) / "fresh.db"
        # sheet and form → the file it is from; a newer file of a form replaces its sheets
        stays: dict[tuple[str, str], str] = {}
        held: dict[str, tuple[str, dict[str, Any]]] = {}
        for n, ((form, sheets), goes) in enumerate(steps):
            name = f"{n}.file"
            put(path, name, form, sheets)
            held[name] = (form, sheets)
            stays.update({(number, form): name for number in sheets})
            if goes:
                gone = rng.choice(sorted(set(stays.values())))
                unload(path, gone)
                stays = {k: v for k, v in stays.items() if v != gone}
        for name in rng.sample(sorted(set(stays.values())), len(set(stays.values()))):
            form, sheets = held[name]
            put(fresh, name, form, {n: s for n, s in sheets.items() if stays.get((n, form)) == name})
        if not stays:
            assert rows(path, "SELECT count(*) FROM sheets") == [(0,)]
            assert not any(found for table, found in content(path).items())
            return
        assert content(path) == content(fresh)
        ties = 'SELECT sheet_key, "規則" FROM project_ties ORDER BY 1'
        assert rows(path, ties) == rows(fresh, ties)
