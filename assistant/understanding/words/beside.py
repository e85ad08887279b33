"""Words that say no more than what they stand beside, each in its normalised form (挙げて: 挙げる).

``accounting`` asks of every word of a question what accounts for it; these are the words that need not have
been read themselves. A word that is missing here costs a refusal that names it, never a wrong answer.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(re.split(r"\s+", text.strip()))


ADDS_NOTHING = _words(
    """
    為る 有る 居る 成る 出来る 行う 遣る 言う 仕舞う 置く 来る 行く 呉れる 貰う 頂く 下さる 掛ける かける 掛かる 付く 付き つき つく 持つ 分
    出る 出す 係わる 因る 於く 関する 対する 向ける 教える 知る 示す 見る 見せる 挙げる 上げる 上がる 並べる 列挙 表示 調べる 調べ
    答える 回答 尋ねる 聞く 願う 御願い 纏める 分かる 探す 紹介 提示 確認 計算 算出 抽出 一覧 欲しい 良い 頼む 逆
    事業 物 事 額 率 金額 値 数字 円 金 御 国 政府 国費 税金 公費 全体 全部 全て 皆 場合 内 うち 中 所 為 様 方 時 際 実施
    関連 関係 単位 ベース % パーセント ポイント 年度 年 今 つ 件 個 シート レビュー
    幾ら 何 幾つ 何れ 誰 何処 何時 どう 如何 どんな
    実際 本当 大体 凡そ 一寸 具体的 詳しい 詳細 結局 抑 一体 詰まり 要するに 登録 掲載 是非 因みに 丸々 其々 其れぞれ 各々
    等 さん 様 的 達
    """
)
"""Asking, being, and what every question is about: they change nothing."""
LIMITS = frozenset({"だけ", "のみ", "しか", "ばかり", "ずつ", "さえ", "より", "ない", "ず"})
"""Particles and auxiliaries that change what is asked."""
WITHIN = frozenset({"だけ", "のみ", "限る", "絞る"})
"""Said of a condition (「防衛省だけ」) they add nothing to it."""
INCLUDING = frozenset({"含める", "含む", "入れる", "合わせる"})
"""Said of a part of the asked amount (「補正予算を含めて」)."""

OF_AMOUNTS = _words(
    "計上 配分 積む 措置 投入 充当 入る マイナス プラス 充てる 投じる 使う 使える 支出 執行 費やす 動く 食う 付ける 留まる 止まる 収まる"
)
"""What is done with money."""
OF_MOVEMENT = _words(
    "増える 減る 伸びる 上がる 下がる 落ちる 膨らむ 縮む 変わる 変化 増減 推移 比べる 続ける 続く 毎年 年々 初めて"
)
"""How a figure goes over the years, which a trend shows."""
OF_SIDES = _words("多い 大きい 高い 少ない 小さい 低い 差 違う 違い 比べる 比較 増減 変わる 変化 より")
"""Two things set side by side."""
OF_ONE = _words("増える 減る 伸びる 上がる 下がる 落ちる ない 超える 下回る 上回る 殆ど 略")
"""Ways one project's figure is set beside its other years, which are shown with it."""
OF_ORDER = {"desc": _words("大きい 多い 高い 沢山 一番"), "asc": _words("小さい 少ない 低い 一番")}
"""Adjectives that say no more than the order of a ranking by one figure."""
OF_CONTRACTS = _words("得る 契約 結ぶ 案件 調達 相手 相手方 受注 入札 落札 応札 応募 者 沢山")
"""Beside a list of recipients or contracts."""
OF_RECIPIENTS = _words(
    "会社 企業 法人 財団 社団 大学 団体 病院 協会 機構 組合 銀行 研究所 公益 一般 株式 独立 行政"
)
"""What kind of recipient is put in order (「一番多く受け取った財団法人」)."""
OF_BOXES = _words("受ける 求める 判定 判断 評価 記載 書く")
"""Beside a judgement or another text of the sheet."""
OF_LIFE = _words("始まる 開始 続く 経過 経つ 予定 終わる 終了 決まる")
"""Beside the years in which projects begin and end."""
OF_FOLLOW_UPS = _words(
    "戻る 戻す 大分 随分 結構 可也 中々 酷い 凄い 悪い 合う 正しい 公開 同じ 同様 次 前 先 先程 又 他 別 外 一つ 片方 両方 反対 更に もう もっと 少し 下げる 上げる 広げる 絞る こんな そんな あんな 比べる"
    " 比較 差額 増 減 矢張り 毎年 今度 今回 此れ 其れ 此方 其方 所 番 位 事業"
)
"""What points at the turn before, or says how this one differs from it."""
OF_OPERATION = {
    "count": _words("数 件数 本 枚 存在 合わせる"),
    "sum": _words("合計 合わせる 総額 足す 累計 合算 総計 トータル"),
    "average": _words("平均 平均値"),
    "rank": _words("順 順番"),
    "list": _words("順 順番"),
    "compare": OF_SIDES,
    "trend": OF_MOVEMENT,
}
"""Words of an operation that may stand beside those that were read as it."""
