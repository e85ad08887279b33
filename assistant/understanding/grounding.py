"""Whether the loaded sheets speak of what a question is about: its content words against their full text."""

from __future__ import annotations

import sqlite3
from functools import lru_cache

from assistant.counting import counted
from assistant.patterns import pattern
from assistant.understanding.names.projects import pairs_of
from assistant.understanding.topics import content_words
from assistant.understanding.words.normalise import fold_text, name_key

# words of government programmes: a question that has one is put to the sheets
_CUES = pattern(
    r"事業|予算|補助|交付|委託|調達|入札|応札|契約|政府|税金|役所|省庁|自治体|市町村|都道府県|支援|対策|整備|推進|施策|政策|制度|"
    r"取り組み|取組|点検|所見|評価|指摘|目標|成果|実績|費用|経費|要求|支出|執行|繰越|繰り越|改善|見直|普及|啓発|研修|調査|研究|開発|"
    r"助成|負担金|拠出|分担金|基金|チーム|有識者|専門家|出資|貸付|融資|給付|国が|国の|国は|公募|募集|検証|計画|方針|指標|施設|実証|お金|国際|届け出|届出|観測|税|保険|年金|防災|災害"
)
_ABOUT_PROGRAMMES = pattern(
    r"事業|予算|補助|交付|委託|調達|入札|応札|政府|役所|省庁|自治体|支援|対策|施策|政策|取り組み|取組|点検|所見|評価|指摘|成果|実績|経費|"
    r"要求|支出|執行|繰越|改善|見直|助成|拠出|分担金|有識者|公募|国が|検証|整備|普及|啓発"
)
_REVIEW = pattern(r"行政事業レビュー(?:シート)?")
_FACT = pattern(
    r"(?:誰|だれ|いつ|どこ|何|なに|いくら|いくつ|どのくらい|どれくらい|どっち|どちら|どれ|なんぼ)[^、。?]{0,10}[?]?$|(?:名前|人口|面積|高さ|長さ|首都|値段|住所|意味|GDP|国内総生産|失業率|出生率|平均寿命|金利|税率|相場|物価|気温|順位|記録|得点|重さ|結果|スコア|距離|速さ|深さ|広さ|大きさ|身長|体重|由来|誕生日)(?:は|を教えて|って)?[?]?$"
)
# what can only be a number: 「国連職員の平均給与」「トンネル工事の進捗率は」
_STATISTIC = pattern(
    r"(?:平均[一-鿿]{1,4}|[一-鿿](?<!効)率|[一-鿿](?:価格|給与|賃金|年収)|[一-鿿ァ-ヺー](?:人口|面積|件数|人数|台数|個数|残高))(?:は|って|を教えて(?:ください)?)?(?:何(?:%|パーセント|人|円|件)?|いくつ|いくら|どのくらい|どれくらい)?(?:です|でしょう)?か?[?]?$"
)
_ATTRIBUTE = pattern(
    r"(?:は|って|が)?(?:誰|だれ|いつ|どこ|何|なに|いくら|いくつ|どのくらい|どれくらい|どっち|どちら)(?!も|か(?:の|に|ら))"
)
_DAY = pattern(
    r"^(?:今日|明日|昨日|あした|きのう|今夜|今朝|週末|今週末)|(?:今日|明日|昨日|今夜|今週|来週|先週|今月|来月)の|元気|暇だ|眠い|疲れた|お腹"
)
_NAMING = pattern(r"とは|って(?:何|なに|どう)")
_COUNTED = pattern(
    r"何(?:億|千|百|万)*(?:[一-鿿](?<!故)(?<!課)(?<!局)(?<!省)(?<!庁)(?<!費)(?<!度)(?<!年)|%|パーセント|メートル|キロ|トン|年(?!度))|いくら|いくつ(?!もり)|(?:誰|だれ)(?!も)|(?:名前|氏名|社名|企業名|会社名|店名|団体名|人の数|人数|件数|回数|台数|日数|学校名|店舗名|満足度|アンケートの結果|調査の結果|幅|年齢|時間|単価|割合)(?:は|を|って|$|[?])|"
    r"(?:開催|実施|受付|締切|期限|公開|発表|定休)日(?:は|を|って|[?]|$)|日程|日時|いつ|(?:メーカー|会社|業者|企業|製造元|学校|病院|本部|場所|店)(?:は|って)?どこ|どの(?:会社|メーカー|企業|業者)|[一-鿿](?:数|面積|人口|距離|高さ|価格|値段|運賃|料金|賃金|収入|売上|利益|倍率|気温|身長|体重|血圧|寿命)(?:は|って|を|[?]|$)|どのくらい|どれくらい|どれだけ|幅はどう"
)
_MOST_SAID = pattern(r"一番|最も|いちばん|もっとも")
# which of several comes first (「一番人気の決済サービスは」)
_THE_MOST = pattern(
    rf"(?:{_MOST_SAID.pattern})(?P<what>[^、。?]{{2,20}}?)(?:は|って)(?:何|なに|どれ|どこ|誰|だれ)?(?:です|でしょう)?か?[?]?$"
)
_NUMBER = pattern(r"人の数|人数|件数|[一-鿿ァ-ヺー]数(?=は|を|って|も|[?]|$)")
_ANY_NUMBER = pattern("[0-9]")
_PRICE_ASKED = pattern(r"いくら|幾ら|なんぼ|何(?:億|千|百|万)*円")
_PRICE = pattern(r"[0-9][0-9.]*(?:兆|億|[千百]?万|千)?円")
_WHAT = pattern(r"([一-鿿ァ-ヺー]{3,})(?:は|って)何(?:です|でしょう)?か?[?]?$")
_MOST = 0.6
# 焦げ付く, 値上げ: verbs of two nouns' stems
_COMPOUND_VERB = pattern(r"[一-鿿][ぁ-ゖ]?[一-鿿](?=[ぁ-ゖ])")
_FEW = 3
_SHORT = 18
_HARDLY, _HELD, _SURELY = 0.15, 0.88, 0.95
_SAMPLE = 5


class Grounding:
    """Looks words up in ``comments_fts`` (characters apart, phrase queries)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._has = lru_cache(maxsize=4096)(self._look)

    def _look(self, match: str) -> bool:
        row = self._connection.execute(
            "SELECT 1 FROM comments_fts WHERE comments_fts MATCH ? LIMIT 1", (match,)
        ).fetchone()
        return row is not None

    def knows(self, word: str) -> bool:
        """Whether any passage has the word."""
        return self._has(_phrase(word))

    def together(self, words: list[str]) -> bool:
        """Whether one passage has all the words."""
        return self._has(" AND ".join(map(_phrase, words)))

    def speaks(self, question: str, topic: str) -> bool:
        """Whether a search for the topic is worth doing: the question is put to government programmes, or one
        passage speaks of all of its few words, or it says enough for a search to judge."""
        question = _REVIEW.sub("", fold_text(question))
        if _FACT.search(question) and not _ABOUT_PROGRAMMES.search(question):
            # who, when, where or how many of few words: general knowledge, unless it is put to the programmes
            words = content_words(topic)
            if len(words) <= _FEW:
                return False
        if _CUES.search(question):
            return True
        if _DAY.search(question):
            return False
        words = [w for w in dict.fromkeys(content_words(topic)) if not w.isdigit()]
        present = [w for w in words if self.knows(w)]
        if not present:
            return False
        if len(words) > _FEW:
            return len(present) >= 2
        if len(present) < len(words):
            return False
        asks = bool(_ATTRIBUTE.search(question)) and not _NAMING.search(question)
        if len(words) > 1:
            return self._has(_phrase(topic)) if asks else self.together(words[:_SAMPLE])
        return not asks or len(words[0]) > 2

    def says_little(self, question: str, topic: str) -> bool:
        """Whether a question is a few words that nothing ties to government programmes (「富士山はどこ」「犬の名前」)."""
        question = fold_text(question)
        few = len(content_words(topic)) <= _FEW and len(question) <= _SHORT
        return few and not _ABOUT_PROGRAMMES.search(question)

    def gives_number(self, question: str, topic: str) -> bool:
        """Whether a passage has all words of a question for a rate or a number; true of any other question."""
        if not _STATISTIC.search(fold_text(question)):
            return True
        words = [w for w in dict.fromkeys(content_words(topic)) if not w.isdigit()]
        return bool(words) and self.together(words[:_SAMPLE])

    def speaks_of_little(self, question: str, topic: str, likely: float) -> bool:
        """Whether the sheets speak of a question that says little, by how likely the whole search holds it.

        Of 30 such matters of the sheets (「ため池の決壊」) 28 were held at least that likely, of 30 of general knowledge
        (「漢字の書き順」) 3; a question for a fact must have all of its words in one passage besides.
        """
        words = [w for w in dict.fromkeys(content_words(topic)) if not w.isdigit()]
        folded = fold_text(question)
        if _FACT.search(folded) or _STATISTIC.search(folded):
            return likely >= _SURELY and bool(words) and self.together(words)
        return likely >= _HELD or (
            len(words) == 1 and words[0] == topic.strip() and likely >= _HARDLY and self.knows(topic.strip())
        )


def unheard(question: str, topic: str, texts: str) -> str:
    """The words of a question for a number, a person or a date that no text of the project has together, "" if none.

    A passage cannot give the number of something it does not mention; other questions are left to the search.
    texts  the project's texts, squeezed, one a line
    """
    question = fold_text(question)
    most = _THE_MOST.search(question)
    if most:
        asked_words = [_MOST_SAID.sub("", w) for w in content_words(topic)]
        said = [k for w in asked_words if (k := name_key(w)) and pairs_of(k)]
        if said and not any(all(_half_in(k, line, _MOST) for k in said) for line in texts.split("\n")):
            return most.group("what")
    asked = _WHAT.search(question)
    if asked and not _half_in(name_key(asked.group(1)), texts):
        return asked.group(1)
    if not _COUNTED.search(question):
        return ""
    words = [w for w in content_words(topic) if not w.isdigit()]
    # the topic leaves endings out (焦げ付いた: 焦げ付), which tell a verb in the question
    words += [w for w in _COMPOUND_VERB.findall(_COUNTED.sub(" ", question)) if w in topic]
    keys = {w: k for w in dict.fromkeys(words) if (k := name_key(w)) and pairs_of(k)}
    unknown = next((w for w, k in keys.items() if not _half_in(k, texts)), "")
    number = counted(question)
    # squeezed texts have no mark of a share
    share = number is not None and number.said.endswith(("割", "%", "パーセント"))
    pattern = _ANY_NUMBER if share or _NUMBER.search(question) else number.number if number else None
    if pattern is None and _PRICE_ASKED.search(question):
        pattern = _PRICE
    lines = texts.split("\n")
    if number is not None and pattern is not None and not keys:
        stems = [w for w in topic.split() if len(w) == 1]
        told = any(pattern.search(x) and all(w in x for w in stems) for x in lines)
        return "" if told else number.said
    if unknown or not keys:
        return unknown
    if pattern is None:
        return ""
    lines = [x for x in lines if pattern.search(x)]
    if any(all(_half_in(k, x, _MOST) for k in keys.values()) for x in lines):
        return ""
    return "・".join(keys)


def _half_in(key: str, text: str, share: float = 0.5) -> bool:
    pairs = pairs_of(key)
    return key in text or sum(p in text for p in pairs) >= share * len(pairs)


def _phrase(word: str) -> str:
    return '"' + " ".join(c for c in word if c != '"') + '"'
