"""府省庁 in a question: as they stand in the data, by their short names, and agencies under a ministry."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.patterns import pattern
from assistant.understanding.words.normalise import fold_text

_SHORT = {
    "文科省": "文部科学省",
    "文科": "文部科学省",
    "経産省": "経済産業省",
    "経産": "経済産業省",
    "国交省": "国土交通省",
    "国交": "国土交通省",
    "農水省": "農林水産省",
    "農水": "農林水産省",
    "農林省": "農林水産省",
    "厚労省": "厚生労働省",
    "厚労": "厚生労働省",
    "厚生省": "厚生労働省",
    "労働省": "厚生労働省",
    "公取委": "公正取引委員会",
    "公取": "公正取引委員会",
    "規制委": "原子力規制委員会",
    "規制庁": "原子力規制委員会",
    "原子力規制庁": "原子力規制委員会",
    "原子力規制委": "原子力規制委員会",
    "個情委": "個人情報保護委員会",
    "個人情報保護委": "個人情報保護委員会",
    "カジノ管理委": "カジノ管理委員会",
    "海保": "海上保安庁",
    "こ家庁": "こども家庭庁",
    "子ども家庭庁": "こども家庭庁",
    "子供家庭庁": "こども家庭庁",
    "運安委": "運輸安全委員会",
    "中労委": "中央労働委員会",
    "公調委": "公害等調整委員会",
    "デジ庁": "デジタル庁",
    "公安庁": "公安調査庁",
    "外務": "外務省",
    "防衛": "防衛省",
    "法務": "法務省",
    "財務": "財務省",
    "総務": "総務省",
    "環境": "環境省",
}
_PLAIN_WORDS = frozenset(
    {"外務", "防衛", "法務", "財務", "総務", "環境", "農水", "文科", "経産", "国交", "厚労", "公取"}
)
_AFTER_PLAIN = pattern(
    r"(?:の(?:事業|予算|執行|不用|支出|当初|補正|合計)|は[?、]|では|だと|$|と(?:外務|防衛|法務|財務|総務|環境|農水|文科|経産|国交|厚労))"
)
# 「デジタル庁持ちになる」「文科省と連携して」: an actor in what happened, not whose projects are asked about
_ONLY_MENTIONED = pattern(
    r"持ち|移管|へ(?!の)|に(?:移|引き継|引継|渡|任せ|頼|報告|提出|要望|働きかけ|一元化|集約)|から(?:移|引き継|引継|依頼|要請)|と(?:の)?(?:連携|協力|協議|共同|調整|共管|協働|一緒|共に|ともに)"
)
_POLICY = pattern(
    r"(?:を|が)?(?:政策)?所管(?:府省庁)?(?:する|が|の)?|\(?(?:と)?(?:その)?(?:外局|所管庁|関係庁)(?:を|も)?(?:含|あわせ|合わせ|込)(?:む|めて|めた|んだ)?\)?"
)
_PREFIX_POLICY = pattern(r"政策所管(?:府省庁)?(?:が|は|で|の)?$")


@dataclass(frozen=True, slots=True)
class MinistryMention:
    """A 府省庁 of the question.

    values  as the database has it in 府省庁 (or 政策所管府省庁 where ``policy``);
            empty where no sheet of the database is its own.
    policy  True where 政策所管府省庁 is meant (「総務省が政策を所管する」「外局を含む」).
    """

    start: int
    end: int
    name: str
    values: tuple[str, ...]
    policy: bool = False


class Ministries:
    """The 府省庁 of the loaded sheets."""

    def __init__(self, own: Iterable[str], policy: Iterable[str]) -> None:
        own, policy = tuple(sorted(own)), tuple(sorted(policy))
        self.own, self.policy = own, policy
        self._values: dict[str, tuple[str, ...]] = {}
        spellings: dict[str, tuple[str, ...]] = {}
        for value in own:
            folded = fold_text(value)
            spellings[folded] = (*spellings.get(folded, ()), value)
        for value in (*own, *policy):
            folded = fold_text(value)
            for name in {folded, folded.split(" ")[-1], folded.replace(" ", "")}:
                here = spellings.get(folded, (value,))
                known = self._values.get(name, ())
                self._values[name] = tuple(dict.fromkeys((*known, *here)))
        for short, full in _SHORT.items():
            self._values.setdefault(short, self._values.get(full, ()))
        for full in set(_SHORT.values()) | set(_KNOWN):
            self._values.setdefault(full, ())
        names = sorted(self._values, key=lambda n: (-len(n), n))
        self._pattern = pattern("|".join(map(re.escape, names)))

    def read(self, text: str) -> list[MinistryMention]:
        """府省庁 from left to right. A word that also means something else (環境, 防衛) needs 「の事業」 or the like."""
        out: list[MinistryMention] = []
        for m in self._pattern.finditer(text):
            name, end = m.group(), m.end()
            if name in _PLAIN_WORDS and not (
                _AFTER_PLAIN.match(text, end) and (m.start() == 0 or text[m.start() - 1] in " 、とや・「(")
            ):
                continue
            start = m.start()
            below = out and out[-1].end == m.start()
            if m.start() and _glued(text[m.start() - 1]) and not below:
                continue
            if below:
                # 「総務省消防庁」: the agency, said with the ministry it is under
                start = out.pop().start
            if _ONLY_MENTIONED.match(text, end):
                continue
            full = _SHORT.get(name, name)
            policy_after = _POLICY.match(text, end)
            policy = bool(policy_after or _PREFIX_POLICY.search(text[: m.start()]))
            if policy_after:
                end = policy_after.end()
            values = self._values[name]
            if policy:
                values = tuple(v for v in self.policy if fold_text(v) == full) or values
            out.append(MinistryMention(start, end, full, values, policy and bool(self.policy)))
        return out


_KNOWN = (
    "内閣官房", "内閣府", "宮内庁", "公正取引委員会", "国家公安委員会", "警察庁", "個人情報保護委員会", "カジノ管理委員会",
    "金融庁", "消費者庁", "こども家庭庁", "デジタル庁", "復興庁", "総務省", "消防庁", "法務省", "出入国在留管理庁", "公安調査庁",
    "外務省", "財務省", "国税庁", "文部科学省", "スポーツ庁", "文化庁", "厚生労働省", "中央労働委員会", "農林水産省", "林野庁",
    "水産庁", "経済産業省", "資源エネルギー庁", "特許庁", "中小企業庁", "国土交通省", "観光庁", "気象庁", "海上保安庁",
    "運輸安全委員会", "環境省", "原子力規制委員会", "防衛省", "防衛装備庁", "公害等調整委員会", "検察庁", "会計検査院", "人事院",
)  # fmt: skip


def _glued(ch: str) -> bool:
    return "一" <= ch <= "鿿" and ch not in "各全同元旧現"
