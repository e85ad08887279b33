"""Builds the sample RSシステム zips in ``db/samples/rs`` from the fictional projects of ``rs_projects.toml``.

Run ``python -m db.samples.build_rs``. The zips carry the columns of the official files; everything in them but
the names of ministries and laws is our own. The result is the same byte for byte every time.
"""

from __future__ import annotations

import csv
import io
import tomllib
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
YEAR = 2024
LAST_FIGURE_YEAR = YEAR - 1
MILLION = 1_000_000
INDICATOR_YEARS = range(2007, 2061)

IDENTITY = ("シート種別 事業年度 予算事業ID 事業名 府省庁の建制順 政策所管府省庁 府省庁 局・庁 部 課 室 班 係").split()
MINISTRIES = {
    "デジタル庁": 13, "総務省": 15, "法務省": 16, "外務省": 17, "文部科学省": 19, "厚生労働省": 20,
    "農林水産省": 21, "経済産業省": 22, "国土交通省": 23, "環境省": 24, "こども家庭庁": 12,
}
LAWS = {
    "農村基本": ("食料・農業・農村基本法", "平成十一年法律第百六号", "411AC0000000106"),
    "水産基本": ("水産基本法", "平成十三年法律第八十九号", "413AC0000000089"),
    "道路": ("道路法", "昭和二十七年法律第百八十号", "327AC1000000180"),
    "観光基本": ("観光立国推進基本法", "平成十八年法律第百十七号", "418AC1000000117"),
    "電波": ("電波法", "昭和二十五年法律第百三十一号", "325AC0000000131"),
    "デジタル社会": ("デジタル社会形成基本法", "令和三年法律第三十五号", "503AC0000000035"),
    "消防組織": ("消防組織法", "昭和二十二年法律第二百二十六号", "322AC0000000226"),
    "介護保険": ("介護保険法", "平成九年法律第百二十三号", "409AC0000000123"),
    "医療": ("医療法", "昭和二十三年法律第二百五号", "323AC0000000205"),
    "児童福祉": ("児童福祉法", "昭和二十二年法律第百六十四号", "322AC0000000164"),
    "中小企業": ("中小企業基本法", "昭和三十八年法律第百五十四号", "338AC0000000154"),
    "特会": ("特別会計に関する法律", "平成十九年法律第二十三号", "419AC0000000023"),
    "循環": ("循環型社会形成推進基本法", "平成十二年法律第百十号", "412AC0000000110"),
    "学校教育": ("学校教育法", "昭和二十二年法律第二十六号", "322AC0000000026"),
    "文化財": ("文化財保護法", "昭和二十五年法律第二百十四号", "325AC1000000214"),
}
ITEMS = {"補助": ("補助金", 0.94), "交付": ("運営費交付金", 1.0), "直接実施": ("業務庁費", 0.88)}
SMALL_ITEMS = ("諸謝金", "職員旅費", "委員等旅費")
METHODS = ("直接実施", "補助", "負担", "交付", "分担金・拠出金", "その他")
EXPENSE_SHARES = (("人件費", "事業に従事する者の賃金", 0.46), ("事業費", "資材の購入と外注の費用", 0.41))

TITLES = {
    "1-1": "基本情報_組織情報", "1-2": "基本情報_事業概要等", "1-3": "基本情報_政策・施策、法令等",
    "1-4": "基本情報_補助率等", "1-5": "基本情報_関連事業", "2-1": "予算・執行_サマリ",
    "2-2": "予算・執行_予算種別・歳出予算項目", "3-1": "効果発現経路_目標・実績",
    "3-2": "効果発現経路_目標のつながり", "4-1": "点検・評価", "5-1": "支出先_支出情報",
    "5-2": "支出先_支出ブロックのつながり", "5-3": "支出先_費目・使途",
    "5-4": "支出先_国庫債務負担行為等による契約", "6-1": "その他備考",
}
_C = "（国庫債務負担行為等による契約）"
COLUMNS = {
    "1-1": "その他担当組織_作成責任者_no 府省庁（その他担当組織） 局・庁（その他担当組織） 部（その他担当組織） 課（その他担当組織） 室（その他担当組織） 班（その他担当組織） 係（その他担当組織） 作成責任者",
    "1-2": "事業の目的 現状・課題 事業の概要 事業概要URL 事業区分 事業開始年度 開始年度不明 事業終了（予定）年度 終了予定なし 主要経費 備考 実施方法ー直接実施 実施方法ー補助 実施方法ー負担 実施方法ー交付 実施方法ー分担金・拠出金 実施方法ーその他 旧事業番号 整理表表示順",
    "1-3": "番号（政策・施策） 政策所管府省庁_P 政策 施策 政策・施策URL 番号（根拠法令） 法令名 法令番号 法令ID 条 項 号・号の細分 番号（関係する計画・通知等） 計画通知名 計画通知等URL",
    "1-4": "番号（補助率等） 補助対象 補助率 補助上限等 補助率URL",
    "1-5": "番号（関連事業） 関連事業の事業ID 関連事業の事業名 関連性",
    "2-1": "予算年度 当初予算（合計） 補正予算（合計） 前年度からの繰越し（合計） 予備費等（合計） 計（歳出予算現額合計） 執行額（合計） 執行率 翌年度への繰越し(合計） 翌年度要求額（合計） 主な増減理由 その他特記事項 会計区分 会計 勘定 当初予算 第1次補正予算 第2次補正予算 第3次補正予算 第4次補正予算 第5次補正予算 前年度から繰越し 予備費等1 予備費等2 予備費等3 予備費等4 歳出予算現額 執行額 翌年度要求額 要望額 備考",
    "2-2": "予算年度 会計区分 会計 勘定 予算種別 所管 組織・勘定 項 目 歳出予算項目の補足情報 予算額（歳出予算項目ごと） 翌年度要求額（歳出予算項目ごと） 備考（歳出予算項目ごと）",
    "3-1": "事業に関連するKPIが定められている閣議決定等の名称 事業に関連するKPIが定められている閣議決定等の該当箇所 事業に関連するKPIが定められている閣議決定等のURL アクティビティ・アウトプット・アウトカムの番号 種別（アクティビティ・アウトプット・アウトカム） アウトカムの期間 成果目標の種類 アクティビティ／活動目標／成果目標 活動指標／成果指標 単位 改善の上向き／下向き 成果実績及び目標値の根拠として用いた統計・データ名（出典） 定性的なアウトカム目標を設定している理由 定性的なアウトカムに関する成果実績 目標年度／目標値／実績値／達成率 "
    + " ".join(map(str, INDICATOR_YEARS)),
    "3-2": "派生元ーアクティビティ・アウトプット・アウトカムの番号|派生元ー種別（アクティビティ・アウトプット・アウトカム）|派生元ーアウトカムの期間|派生元ーアクティビティの内容/ 活動目標／成果目標|派生先ーアクティビティ・アウトプット・アウトカムの番号|派生先ー種別（アクティビティ・アウトプット・アウトカム）|派生先ーアウトカムの期間|派生先ー 活動目標／成果目標|後続アウトカムへのつながり|アウトカムを複数段階で設定できない理由",
    "4-1": "事業所管部局による点検・改善ー点検結果 事業所管部局による点検・改善ー改善の方向性 事業所管部局による点検・改善－目標年度における効果測定に関する評価 外部有識者による点検ー最終実施年度 外部有識者による点検ー点検対象 外部有識者による点検ー対象の理由 外部有識者による点検ー所見 公開プロセス結果概要 行政事業レビュー推進チームの所見 行政事業レビュー推進チームの所見の詳細 所見を踏まえた改善点／概算要求における反映状況 所見を踏まえた改善点／概算要求における反映状況の詳細 反映額（一般会計） 反映額（特別会計）－会計 反映額（特別会計）－勘定 反映額（特別会計）－反映額 過去に受けた指摘事項－区分 過去に受けた指摘事項－取りまとめ年度 過去に受けた指摘事項－取りまとめ内容 過去に受けた指摘事項－対応状況 その他の指摘事項－調査等の名称 その他の指摘事項－指摘年度 その他の指摘事項－指摘内容 その他の指摘事項－対応状況",
    "5-1": "支出先ブロック番号 支出先ブロック名 支出先の数 事業を行う上での役割 ブロックの合計支出額 支出先名 法人番号 所在地 法人種別 その他支出先 支出先の合計支出額 契約概要 金額 契約方式等 具体的な契約方式等 入札者数 落札率 一者応札・一者応募又は競争性のない随意契約となった理由及び改善策（支出額10億円以上） その他の契約",
    "5-2": "支出元の支出先ブロック 支出元の支出先ブロック名 担当組織からの支出 支出先の支出先ブロック 支出先の支出先ブロック名 資金の流れの補足情報 国自らが支出する間接経費 国自らが支出する間接経費の項目 国自らが支出する間接経費の金額",
    "5-3": "支出先ブロック番号 支出先名 法人番号 契約概要 費目 使途 金額",
    "5-4": f"支出先ブロック{_C} 契約先名{_C} 契約先の法人番号{_C} 契約先の所在地{_C} 契約先の法人種別{_C} 契約概要（契約名）{_C} その他の契約 契約額{_C} 契約方式等{_C} 具体的な契約方式等{_C} 入札者数（応募者数）{_C} 落札率（％）{_C} 一者応札・一者応募又は競争性のない随意契約となった理由及び改善策（契約額10億円以上）{_C} その他の契約{_C}",
    "6-1": "備考",
}

Project = dict[str, Any]
Record = dict[str, object]


def columns(number: str) -> list[str]:
    """The columns of a file after the shared ones."""
    text = COLUMNS[number]
    return text.split("|") if "|" in text else text.split()


def identity(project: Project, number: str) -> Record:
    """The shared columns; 5-2 names the ministry where the other files name its agency, as the real one does."""
    org = project["org"]
    policy = project.get("policy_ministry", org[0])
    ministry = policy if number == "5-2" else org[0]
    values = ["レビューシート", YEAR, project["id"], project["name"], MINISTRIES[policy], policy, ministry,
              *org[1:], *[""] * (7 - len(org))]
    return dict(zip(IDENTITY, values, strict=True))


def yen(millions: float) -> int:
    """百万円 → 円."""
    return round(millions * MILLION)


def account(project: Project) -> tuple[str, str, str]:
    """会計区分, 会計, 勘定."""
    kind, name, sub = project.get("account", ["一般会計", "一般会計", ""])
    return kind, name, sub


def budget_years(project: Project) -> list[dict[str, Any]]:
    """The project's years, the latest first, with every part of the budget in 円."""
    initial = project["initial"]
    first = YEAR - len(initial) + 1
    carried = 0
    years = []
    for i, amount in enumerate(initial):
        year = first + i
        supplement = yen(project.get("sup", {}).get(str(year), 0))
        reserve = yen(project.get("reserve", {}).get(str(year), 0))
        carry = yen(project.get("carry", {}).get(str(year), 0))
        total = yen(amount) + supplement + carried + reserve
        spent = yen(project["spent"][i]) if i < len(project["spent"]) else 0
        if spent + carry > total:
            raise ValueError(f"{project['id']} {year}: 執行額と繰越しが計を超える")
        following = initial[i + 1] if i + 1 < len(initial) else project["ask"]
        request = yen(following) if i + 1 == len(initial) else yen(round(following * 1.06))
        years.append({"年度": year, "当初": yen(amount), "補正": supplement, "繰入": carried, "予備": reserve,
                      "計": total, "執行": spent, "繰越": carry, "要求": request})
        carried = carry
    return years[::-1]


def corporate_number(name: str, kind: str) -> str:
    """A 法人番号 no one has (it begins 9999 after the check digit) with a right check digit; "" for a person."""
    if not kind:
        return ""
    seed = sum((i + 1) * ord(c) for i, c in enumerate(name)) % 100_000_000
    body = f"9999{seed:08d}"
    total = sum(int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(body)))
    return f"{9 - total % 9}{body}"


def address(name: str) -> str:
    """A made-up address."""
    places = ("北浦県早瀬市", "潮見県東はま市", "浦戸県白帆町", "みねの里県川面市", "南浜県灯り坂市")
    n = sum(map(ord, name))
    return f"{places[n % len(places)]}{'本町 港町 丘の上 中央 緑が丘'.split()[n % 7 % 5]}{n % 9 + 1}丁目{n % 23 + 1}番地"


def offices(p: Project) -> Iterable[Record]:
    yield {"その他担当組織_作成責任者_no": 1, "作成責任者": p["head"]}


def overview(p: Project) -> Iterable[Record]:
    span = p["span"]
    yield {
        "事業の目的": p["purpose"], "現状・課題": p["issue"], "事業の概要": p["overview"],
        "事業区分": p.get("kind", "前年度事業"), "事業開始年度": span[0], "開始年度不明": "FALSE",
        "事業終了（予定）年度": span[1] if len(span) > 1 else "", "終了予定なし": "FALSE" if len(span) > 1 else "TRUE",
        "主要経費": p["expense"], **{f"実施方法ー{m}": 1 for m in METHODS if m in p["method"]},
        "旧事業番号": f"2023-見本-22-{p['id'] - 9000:04d}" if len(p["initial"]) > 1 else "",
    }


def policies(p: Project) -> Iterable[Record]:
    row: Record = {"番号（政策・施策）": 1, "政策所管府省庁_P": p.get("policy_ministry", p["org"][0]),
                   "政策": p["policy"][0], "施策": p["policy"][1]}
    if "law" in p:
        name, number, law_id = LAWS[p["law"][0]]
        row |= {"番号（根拠法令）": 1, "法令名": name, "法令番号": number, "法令ID": law_id, "条": p["law"][1]}
    if "plan" in p:
        row |= {"番号（関係する計画・通知等）": 1, "計画通知名": p["plan"]}
    yield row


def subsidies(p: Project) -> Iterable[Record]:
    if "subsidy" not in p:
        yield {}
        return
    who, rate, limit = p["subsidy"]
    yield {"番号（補助率等）": 1, "補助対象": who, "補助率": f"'{rate}", "補助上限等": limit}


def related(p: Project, names: dict[int, str]) -> Iterable[Record]:
    for i, other in enumerate(p.get("related", []), 1):
        yield {"番号（関連事業）": i, "関連事業の事業ID": other, "関連事業の事業名": names[other], "関連性": "その他関連先"}
    if "related" not in p:
        yield {}


def budgets(p: Project) -> Iterable[Record]:
    kind, name, sub = account(p)
    for y in budget_years(p):
        year = str(y["年度"])
        rate = round(y["執行"] / y["計"], 5) if y["計"] and y["年度"] < YEAR else ""
        yield {
            "予算年度": year, "当初予算（合計）": y["当初"], "補正予算（合計）": y["補正"], "前年度からの繰越し（合計）": y["繰入"],
            "予備費等（合計）": y["予備"], "計（歳出予算現額合計）": y["計"], "執行額（合計）": y["執行"], "執行率": rate,
            "翌年度への繰越し(合計）": y["繰越"], "翌年度要求額（合計）": float(y["要求"]),
            "主な増減理由": p.get("reason", {}).get(year, ""), "その他特記事項": p.get("note", {}).get(year, ""),
        }
        yield {
            "予算年度": year, "会計区分": kind, "会計": name, "勘定": sub, "当初予算": y["当初"],
            **{f"第{n}次補正予算": y["補正"] if n == 1 else 0 for n in range(1, 6)}, "前年度から繰越し": y["繰入"],
            **{f"予備費等{n}": y["予備"] if n == 1 else 0 for n in range(1, 5)}, "歳出予算現額": y["計"],
            "執行額": y["執行"], "翌年度要求額": y["要求"], "要望額": 0,
        }


def budget_items(p: Project) -> Iterable[Record]:
    kind, name, sub = account(p)
    main, share = ITEMS[p["method"][0]]
    shares = [(main, share)]
    if share < 1:
        rest = (1 - share) / len(SMALL_ITEMS)
        shares += [(item, rest) for item in SMALL_ITEMS]
    for y in budget_years(p):
        shared = {"予算年度": y["年度"], "会計区分": kind, "会計": name, "勘定": sub,
                  "所管": p.get("policy_ministry", p["org"][0]), "組織・勘定": sub or p["org"][0], "項": f"{p['policy'][0]}費"}
        now, then = _split(y["当初"], shares), _split(y["要求"], shares)
        for (item, _), amount, request in zip(shares, now, then, strict=True):
            if amount or request:
                yield {**shared, "予算種別": "当初予算", "目": item, "予算額（歳出予算項目ごと）": amount,
                       "翌年度要求額（歳出予算項目ごと）": request}
        for label, amount in (("第1次補正予算", y["補正"]), ("前年度から繰越し", y["繰入"]), ("予備費等1", y["予備"])):
            if amount:
                yield {**shared, "予算種別": label, "目": main, "予算額（歳出予算項目ごと）": amount}


def _split(total: int, shares: list[tuple[str, float]]) -> list[int]:
    parts = [round(total * share / 1000) * 1000 for _, share in shares]
    parts[0] = total - sum(parts[1:])
    return parts


def indicators(p: Project) -> Iterable[Record]:
    yield {"アクティビティ・アウトプット・アウトカムの番号": 1, "種別（アクティビティ・アウトプット・アウトカム）": "アクティビティ",
           "アクティビティ／活動目標／成果目標": p["activity"]}
    goal, name, unit, results, targets = p["output"]
    yield from _figures("アウトプット", "", goal, name, unit, results, targets, None)
    goal, name, unit, term, results, targets, last = p["outcome"]
    yield from _figures("アウトカム", term, goal, name, unit, results, targets, last)


def _figures(
    kind: str, term: str, goal: str, name: str, unit: str, results: list[float], targets: list[float], last: int | None
) -> Iterable[Record]:
    shared: Record = {
        "アクティビティ・アウトプット・アウトカムの番号": 1, "種別（アクティビティ・アウトプット・アウトカム）": kind, "アウトカムの期間": term,
        "アクティビティ／活動目標／成果目標": goal, "活動指標／成果指標": name, "単位": unit,
    }
    if kind == "アウトカム":
        shared |= {"成果目標の種類": "定量的", "成果実績及び目標値の根拠として用いた統計・データ名（出典）": "担当課室による調べ(見本)"}
    first = LAST_FIGURE_YEAR - len(results) + 1
    done = {first + i: v for i, v in enumerate(results)}
    goals = {first + i: v for i, v in enumerate(targets)}
    rates = {y: round(v / goals[y] * 100, 1) for y, v in done.items() if goals.get(y)}
    for label, by_year in (
        ("1.目標年度", {last: 1} if last else {}), ("2.目標値", goals), ("3.実績値", done), ("4.達成率", rates)
    ):
        yield {**shared, "目標年度／目標値／実績値／達成率": label, **{str(y): v for y, v in by_year.items()}}


def effects(p: Project) -> Iterable[Record]:
    goal, aim, term = p["output"][0], p["outcome"][0], p["outcome"][3]
    number, kind = "アクティビティ・アウトプット・アウトカムの番号", "種別（アクティビティ・アウトプット・アウトカム）"
    yield {f"派生元ー{number}": 1, f"派生元ー{kind}": "アクティビティ", "派生元ーアクティビティの内容/ 活動目標／成果目標": p["activity"],
           f"派生先ー{number}": 1, f"派生先ー{kind}": "アウトプット", "派生先ー 活動目標／成果目標": goal}
    yield {f"派生元ー{number}": 1, f"派生元ー{kind}": "アウトプット", "派生元ーアクティビティの内容/ 活動目標／成果目標": goal,
           f"派生先ー{number}": 1, f"派生先ー{kind}": "アウトカム", "派生先ーアウトカムの期間": term, "派生先ー 活動目標／成果目標": aim,
           "後続アウトカムへのつながり": p["effect"]}


def reviews(p: Project) -> Iterable[Record]:
    row: Record = {
        "事業所管部局による点検・改善ー点検結果": p.get("check", ""),
        "事業所管部局による点検・改善ー改善の方向性": p.get("direction", ""),
        "行政事業レビュー推進チームの所見": p.get("judgement", ""),
        "行政事業レビュー推進チームの所見の詳細": p.get("team", ""),
    }
    if "expert" in p:
        year, target, why, text = p["expert"]
        row |= {"外部有識者による点検ー最終実施年度": year, "外部有識者による点検ー点検対象": target,
                "外部有識者による点検ー対象の理由": why, "外部有識者による点検ー所見": text}
    elif "check" in p:
        row["外部有識者による点検ー点検対象"] = "外部有識者による点検対象外"
    row["公開プロセス結果概要"] = p.get("process", "")
    if "reflection" in p:
        kind, text, amount = p["reflection"]
        row |= {"所見を踏まえた改善点／概算要求における反映状況": kind, "所見を踏まえた改善点／概算要求における反映状況の詳細": text}
        if amount and account(p)[0] == "一般会計":
            row["反映額（一般会計）"] = yen(amount)
    if "remark" in p:
        kind, year, text, answer = p["remark"]
        row |= {"過去に受けた指摘事項－区分": kind, "過去に受けた指摘事項－取りまとめ年度": year,
                "過去に受けた指摘事項－取りまとめ内容": text, "過去に受けた指摘事項－対応状況": answer}
    if "remark2" in p:
        name, year, text, answer = p["remark2"]
        row |= {"その他の指摘事項－調査等の名称": name, "その他の指摘事項－指摘年度": year,
                "その他の指摘事項－指摘内容": text, "その他の指摘事項－対応状況": answer}
    yield row


def blocks(p: Project) -> Iterable[tuple[str, dict[str, Any]]]:
    """(「A」, block) of the project."""
    for i, block in enumerate(p.get("block", [])):
        yield chr(ord("A") + i), block


def payees(p: Project) -> Iterable[Record]:
    for letter, block in blocks(p):
        head: Record = {"支出先ブロック番号": letter, "支出先ブロック名": block["name"]}
        total = sum(yen(payee[2]) for payee in block["payees"])
        yield {**head, "支出先の数": len(block["payees"]), "事業を行う上での役割": block["role"], "ブロックの合計支出額": total}
        for name, kind, amount, work, method, bidders, rate, *reason in block["payees"]:
            who: Record = {**head, "支出先名": name, "法人番号": corporate_number(name, kind)}
            yield {**who, "所在地": address(name) if kind else "", "法人種別": kind, "その他支出先": "FALSE",
                   "支出先の合計支出額": yen(amount)}
            yield {**who, "契約概要": work, "金額": yen(amount), "契約方式等": method, "入札者数": bidders, "落札率": rate,
                   "一者応札・一者応募又は競争性のない随意契約となった理由及び改善策（支出額10億円以上）": reason[0] if reason else "",
                   "その他の契約": "FALSE"}
    if "block" not in p:
        yield {}


def flows(p: Project) -> Iterable[Record]:
    names = {letter: block["name"] for letter, block in blocks(p)}
    for letter, block in blocks(p):
        source = block.get("from", "")
        yield {"支出元の支出先ブロック": source, "支出元の支出先ブロック名": names.get(source, p["org"][0].split("　")[-1]),
               "担当組織からの支出": "FALSE" if source else "TRUE", "支出先の支出先ブロック": letter,
               "支出先の支出先ブロック名": block["name"], "資金の流れの補足情報": _how(block)}
    if "直接実施" in p["method"] and p["spent"]:
        yield {"国自らが支出する間接経費": "間接経費", "国自らが支出する間接経費の項目": "職員旅費",
               "国自らが支出する間接経費の金額": round(yen(p["spent"][-1]) * 0.004 / 1000) * 1000}
    elif "block" not in p:
        yield {}


def _how(block: dict[str, Any]) -> str:
    method = block["payees"][0][4]
    return "補助金等交付" if method == "補助金等交付" else ("再委託" if block.get("from") else "請負・委託")


def expenses(p: Project) -> Iterable[Record]:
    for letter, block in blocks(p):
        name, kind, amount, work, *_ = block["payees"][0]
        total = yen(amount)
        left = total
        who: Record = {"支出先ブロック番号": letter, "支出先名": name, "法人番号": corporate_number(name, kind), "契約概要": work}
        for item, use, share in EXPENSE_SHARES:
            part = round(total * share / 1000) * 1000
            left -= part
            yield {**who, "費目": item, "使途": use, "金額": part}
        yield {**who, "費目": "その他", "使途": "一般管理費、消費税", "金額": left}
    if "block" not in p:
        yield {}


def contracts(p: Project) -> Iterable[Record]:
    for name, kind, amount, work, method, bidders, rate, *reason in p.get("contracts", []):
        values = ["A", name, corporate_number(name, kind), address(name), kind, work, "f", yen(amount), method, "",
                  bidders, rate, reason[0] if reason else "", "f"]
        yield dict(zip(columns("5-4"), values, strict=True))
    if "contracts" not in p:
        yield {}


def notes(p: Project) -> Iterable[Record]:
    yield {"備考": "本事業は見本のために書いた架空のものである。" if p["id"] == 9001 else ""}


def tables(listed: list[Project]) -> dict[str, list[Record]]:
    """File number → its rows."""
    names = {p["id"]: p["name"] for p in listed}
    makers = {
        "1-1": offices, "1-2": overview, "1-3": policies, "1-4": subsidies, "2-1": budgets, "2-2": budget_items,
        "3-1": indicators, "3-2": effects, "4-1": reviews, "5-1": payees, "5-2": flows, "5-3": expenses,
        "5-4": contracts, "6-1": notes,
    }
    out: dict[str, list[Record]] = {}
    for number in TITLES:
        rows: list[Record] = []
        for p in listed:
            made = related(p, names) if number == "1-5" else makers[number](p)
            rows += [{**identity(p, number), **row} for row in made]
        out[number] = rows
    return out


def csv_bytes(number: str, rows: list[Record]) -> bytes:
    """A CSV as RSシステム publishes it: UTF-8 with BOM. 1-1 calls two of the shared columns otherwise."""
    names = [*IDENTITY, *columns(number)]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    rename = {"府省庁の建制順": "建制順", "政策所管府省庁": "所管府省庁"} if number == "1-1" else {}
    writer.writerow([rename.get(n, n) for n in names])
    for row in rows:
        unknown = row.keys() - set(names)
        if unknown:
            raise ValueError(f"{number}: {unknown}")
        writer.writerow([row.get(n, "") for n in names])
    return out.getvalue().encode("utf-8-sig")


def projects() -> list[Project]:
    """The fictional projects."""
    found: list[Project] = tomllib.loads((HERE / "rs_projects.toml").read_text("utf-8"))["project"]
    return found


def build(folder: Path = HERE / "rs") -> list[Path]:
    """Write the fifteen zips; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, rows in tables(projects()).items():
        stem = f"{number}_RS_{YEAR}_{TITLES[number]}"
        path = folder / f"{stem}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            member = zipfile.ZipInfo(f"{stem}.csv", date_time=(YEAR + 1, 4, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            archive.writestr(member, csv_bytes(number, rows))
        paths.append(path)
    return paths


if __name__ == "__main__":
    for built in build():
        print(f"{built.name}  {built.stat().st_size:,} bytes")
