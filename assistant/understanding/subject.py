"""Which project a parsed question is about, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.patterns import pattern
from assistant.query import ProjectRef
from assistant.understanding.names.projects import (
    NameMatch,
    Nearness,
    Project,
    ProjectIndex,
    is_content,
    pairs_of,
)
from assistant.understanding.parsing import Parsed
from assistant.understanding.words.normalise import HIRAGANA, KATAKANA, LATIN, name_key, script
from assistant.understanding.words.vocabulary import GENERIC, NAME_END

Certainty = Literal["exact", "sure", "likely", "several", "unknown", "none"]

# measured on 810 questions that name a project loosely and on invented names (benchmarks of understanding):
# likely takes 95 % of the former and none of the latter
_LIKELY = (0.68, 0.40, 0.18)
_SURE = (0.85, 0.60, 0.35)
_RIVAL = 0.93
_WHOLLY = 0.9
_HALF = 0.5
_SAME_SAID = 0.06
_SEVERAL = 3
"""So many names that have all of a phrase make it the matter of several projects rather than one's short name."""
_WORDS = pattern(r"[一-鿿々]{2,}|[ァ-ヺー]{3,}")
_ABBREVIATION = pattern(r"(?<![一-鿿])[一-鿿]{2,3}(?![一-鿿])")
# hiragana inside a compound that is no particle or ending
_KANA = pattern(r"(?<=[一-鿿ァ-ヺー])(?![のにをはがでとへもやするさしれらりなま])[ぁ-ゖ]{3,}(?=[一-鿿ァ-ヺ])")
_LETTERS = pattern(r"[a-z]{3,}")
_SHORT_FOR = pattern(r"(?<![一-鿿])[一-鿿]{2,5}(?![一-鿿])")
_KIND_ALONE = pattern(
    r"の?(?:施設整備費?|運営費?)?(?:補助金|交付金|助成金|負担金|拠出金|分担金|委託費|経費)?"
)
_ABBREVIATED = 3.0
# 「事業」 and 「推進」 tell no projects apart
_TELLS_APART = 1.5
_TWO_RARE_PAIRS = 8.8
_PART_OF_A_NAME = 2
_SAYS_MORE, _FAMILIAR = 3, 0.35
# 打ち上げ事業, 見守り事業: a noun made of a verb
_VERBAL = pattern(r"[一-鿿][ちりげけめれせみ]$")
# 「過労死防止の推進経費」: what something costs, said loosely
_LOOSE_COSTS = pattern(r"の[一-鿿]{1,3}費$")
_IN_BRACKETS = pattern(r"[（(【]([^（()）】]+)[)）】]")
_TOLD = 0.3
"""So much of what stands in brackets tells which of two names is meant."""
_THIS = pattern(r"(?:この|その|本|同|当該|当)(?:事業|シート|プロジェクト|補助金|交付金|取組)")


@dataclass(frozen=True, slots=True)
class Subject:
    """What the question is about.

    exact    the project's name stands in the question;  sure / likely  a shortened or rephrased name
    several  a name that more than one project has: ``projects`` are those
    unknown  the question names a project that is not there: ``candidates`` are the nearest names
    none     no project is named; ``candidates`` may still help a search
    """

    certainty: Certainty
    projects: tuple[Project, ...] = ()
    candidates: tuple[ProjectRef, ...] = ()
    phrase: str = ""


def find_subject(p: Parsed, index: ProjectIndex) -> Subject:
    """Exact names first, then 予算事業ID and 事業番号, then likeness."""
    ministries = frozenset(v for m in p.ministries for v in m.values)
    if p.identifiers:
        number = p.identifiers[0]
        found = index.by_number("予算事業ID", number.value) or index.by_number("事業番号", number.value)
        p.claim(number.start, number.end, "事業番号：" + number.value, "matched" if found else "unresolved")
        found = _of(found, ministries) or found
        if len(found) == 1:
            return Subject("exact", found)
        said = p.text[number.start : number.end]
        if found:
            return Subject("several", found, tuple(x.ref() for x in found[:10]), said)
        return Subject("unknown", phrase=said)
    if p.names:
        named = _named(p, index, ministries)
        if named:
            return named
    if index.single is not None:
        return Subject("none")
    found_alike = _alike(p, index, ministries)
    found_alike = _with_field_words(p, index, ministries, found_alike) or found_alike
    if found_alike.certainty == "likely" and unsaid(found_alike.phrase, found_alike.projects[0].name):
        found_alike = _abbreviated(p, index, ministries) or _of_a_kind_alone(found_alike)
    if found_alike.certainty in ("none", "unknown"):
        # 「次の衆院選で勝つのは」 asks nothing of a sheet: no body is looked for in it
        short = _abbreviated(p, index, ministries) if p.fields or p.reasons else None
        return _qualified(p, index) or short or found_alike
    return found_alike


def _with_field_words(
    p: Parsed, index: ProjectIndex, ministries: frozenset[str], found: Subject
) -> Subject | None:
    """「第三者評価の福祉サービス事業、いくら使った」: words of a text's box that are a part of a project's name."""
    last = max((f.start for f in p.fields), default=0)
    words = [f for f in p.fields if f.field.table in ("comments", "evaluations") and f.start < last]
    if not words or p.fields[-1] in words:
        return None
    spans = list(p.spans)
    for f in words:
        p.release(f.start, f.end)
    other = _alike(p, index, ministries)
    names = [name_key(x.name) for x in other.projects]
    alike = other.certainty in ("sure", "likely") and other.projects != found.projects
    if alike and all(name_key(f.text) in n for f in words for n in names):
        p.fields = [f for f in p.fields if f not in words]
        return other
    p.spans = spans
    return None


def _qualified(p: Parsed, index: ProjectIndex) -> Subject | None:
    """「陸自の弾薬」: a short name with the word before it telling which of its projects is meant."""
    for match in p.partial:
        start, end = p.plain(match.start, match.end)
        word = re.search(r"([一-鿿ァ-ヺーA-Za-z0-9]{2,})の$", p.text[:start])
        if not word:
            continue
        key = name_key(word.group(1))
        fitting = tuple(
            x
            for x in match.projects
            if key in name_key(x.name + x.ministry) or abbreviates(key, name_key(x.name))
        )
        if fitting:
            phrase = p.text[word.start() : end]
            certainty: Certainty = "sure" if len(fitting) == 1 else "several"
            return Subject(certainty, fitting, tuple(x.ref() for x in fitting), phrase)
    return None


def _named(p: Parsed, index: ProjectIndex, ministries: frozenset[str]) -> Subject | None:
    whole = [m for m in p.names if m.whole] or p.names
    if "compare" in p.verbs() and len(whole) > 1:
        return Subject(
            "exact",
            tuple(
                _of(m.projects, ministries)[0] if _of(m.projects, ministries) else m.projects[0]
                for m in whole
            ),
        )
    match = max(whole, key=lambda m: m.end - m.start)
    fitting = _of(match.projects, ministries) if ministries else match.projects
    own = () if fitting or not ministries else _named_after(p, index, match, ministries)
    if len(own) == 1:
        return Subject("sure", own, phrase=p.text[slice(*p.plain(match.start, match.end))])
    long = match.end - match.start >= 8
    if not fitting and not (long and match.whole):
        release(p, match)
        return None
    projects = fitting or match.projects
    for m in p.names:
        # 「〇〇交付金（××タイプ）」: a name and what stands in its brackets
        both = tuple(x for x in projects if x in m.projects)
        projects = both or projects
    if not match.whole and match.start > 0:
        other = _alike(p, index, ministries)
        if other.certainty == "sure" and not set(other.projects) & set(projects):
            release(p, match)
            return other
    finer = _finer(p, index, match, ministries)
    if finer:
        return finer
    if len(projects) == 1:
        return Subject("exact", projects, phrase=p.text[slice(*p.plain(match.start, match.end))])
    rest = [name_key(x) for x in p.phrases()]
    narrowed = _by_rest(projects, rest, index)
    if len(narrowed) == 1 and not match.whole:
        return Subject("sure", narrowed)
    projects = narrowed if not match.whole else projects
    same = {(x.name, x.ministry) for x in projects}
    if match.whole and len(same) == 1:
        return Subject("exact", projects)
    return Subject(
        "several",
        projects,
        tuple(x.ref() for x in projects[:12]),
        p.text[slice(*p.plain(match.start, match.end))],
    )


def _named_after(
    p: Parsed, index: ProjectIndex, match: NameMatch, ministries: frozenset[str]
) -> tuple[Project, ...]:
    """「個人情報保護委員会の国際協力に必要な経費」: projects of the named 府省庁 whose names have another's whole name in them."""
    name = p.squeezed.text[match.start : match.end]
    near = (n.project for n in index.nearest([name], ministries, 8))
    return tuple(x for x in near if x.ministries & ministries and name in name_key(x.name))


def _finer(p: Parsed, index: ProjectIndex, match: NameMatch, ministries: frozenset[str]) -> Subject | None:
    """「福島再生加速化交付金のうち健康不安対策」: the name of one project, with more that only another's name has."""
    name = p.squeezed.text[match.start : match.end]
    rest = [name_key(x) for x in p.phrases()]
    said = {q for r in rest for q in pairs_of(r) if is_content(q)}
    weight = sum(map(index.weight, said))
    if not weight or not rest:
        return None
    own = {q for x in match.projects for q in pairs_of(name_key(x.name))}
    best: tuple[float, Project] | None = None
    for near in index.nearest([name, *rest], ministries, 8):
        key = name_key(near.project.name)
        if near.project in match.projects or name not in key:
            continue
        more = sum(index.weight(q) for q in (said - own) & set(pairs_of(key)))
        if more > (best[0] if best else 0.0):
            best = (more, near.project)
    # two rare pairs beyond the shorter name are no accident
    # beyond a whole name it takes two rare pairs; a shortened one only has to fit less well than another
    enough = _TWO_RARE_PAIRS if match.whole else 1.0
    return Subject("sure", (best[1],)) if best and best[0] >= enough else None


def _abbreviated(p: Parsed, index: ProjectIndex, ministries: frozenset[str]) -> Subject | None:
    """「国立衛研の基盤的研究費」, 「OSCEの拠出金」: a few kanji or letters that say less than a name, written out as the
    names and the texts have them."""
    raw = p.phrases()
    longer = [_SHORT_FOR.sub(lambda m: index.written_out(m.group()) or m.group(), x) for x in raw]
    longer = [_spelled_out(x.lower(), index) if _LETTERS.search(x.lower()) else x for x in longer]
    if longer == raw:
        return None
    found = _alike(p, index, ministries, longer)
    if found.certainty not in ("sure", "likely") or unsaid(found.phrase, found.projects[0].name):
        return None
    if ministries and not found.projects[0].ministries & ministries:
        return None
    phrase = next((_bare(old) for old, new in zip(raw, longer, strict=True) if found.phrase in new), "")
    name = name_key(found.projects[0].name)
    if not any(is_content(q) and q in name for q in pairs_of(name_key(phrase))):
        # 「次の衆院選で勝つのは」 has no word of a name beside what is written out
        return None
    return replace(found, phrase=phrase)


def _of_a_kind_alone(found: Subject) -> Subject:
    """「土研の運営費交付金」 is no other body's 運営費交付金: all that a name has of the phrase is what kind of money it is."""
    name = found.projects[0].name
    said = found.phrase.replace(unsaid(found.phrase, name), "")
    if not _KIND_ALONE.fullmatch(said):
        return found
    return Subject("unknown", (), (found.projects[0].ref(), *found.candidates), found.phrase)


def _alike(
    p: Parsed, index: ProjectIndex, ministries: frozenset[str], said: Sequence[str] | None = None
) -> Subject:
    """By likeness of what is left of the question, or of these phrases in its place."""
    raw = [x for x in said or p.phrases() if _bare(x) not in GENERIC]
    phrases = [name_key(x) for x in raw]
    if not any(len(x) > 1 for x in phrases):
        return Subject("none")
    near = index.nearest(phrases, ministries, 6)
    explained = [index.explain(n, phrases[n.phrase]) for n in near[:3]]
    if explained and all(_other_letters(phrases[n.phrase], n.project, index) for n in explained):
        # letters that no near name has may be short for one (UNHCR)
        longer = [_spelled_out(x, index) for x in phrases]
        if longer != phrases:
            phrases = longer
            near = index.nearest(phrases, ministries, 6)
            explained = [index.explain(n, phrases[n.phrase]) for n in near[:3]]
    explained = [n for n in explained if not _other_letters(phrases[n.phrase], n.project, index)]
    explained.sort(key=_rank, reverse=True)
    candidates = tuple(n.project.ref(n.score / 10) for n in (*explained, *near[3:]))
    formal = formal_name(raw)
    unknown = Subject("unknown", (), candidates, _bare(formal)) if formal else Subject("none", (), candidates)
    # 「全国銭湯の支援事業」 is put less strictly
    strict = _is_formal(formal.rpartition("の")[2])
    none = unknown if strict else Subject("none", (), candidates)
    first = explained[0] if explained else None
    if first and ministries and not first.project.ministries & ministries and first.covered < _WHOLLY:
        # another 府省庁's project, half of whose name the question happens to say
        return none
    if first and _passes(first, _LIKELY):
        rivals = [n for n in explained if _passes(n, _LIKELY) and _rank(n) >= _RIVAL * _rank(first)]
        rivals = [n for n in rivals if abs(n.said - first.said) < 0.05]
        phrase = _bare(raw[first.phrase])
        if strict and _names_another(formal, first.project, index):
            return unknown
        rest = [x for x in phrases if x != phrases[first.phrase]]
        if len(rivals) > 1:
            chosen = _by_rest(tuple(n.project for n in rivals), phrases, index)
            if len(chosen) > 1:
                if foreign(chosen[0], rest, index):
                    return none
                return Subject("several", chosen, candidates, phrase)
            first = next(n for n in rivals if n.project == chosen[0])
        # of rivals the one that the rest of the question names is told apart already
        twins = _twins(first.project, [n.project for n in near], p) if len(rivals) < 2 else ()
        if twins:
            return Subject("several", twins, candidates, phrase)
        shared = _all_named_so(phrase, near, ministries)
        if len(shared) >= _SEVERAL and not foreign(first.project, rest, index):
            return Subject("several", shared, candidates, phrase)
        if _passes(first, _SURE):
            return Subject("sure", (first.project,), candidates, phrase)
        alike = _by_rest(_as_well_named(first, explained, phrase, ministries), phrases, index)
        if len(alike) > 1 and not foreign(first.project, rest, index):
            return Subject("several", alike, candidates, phrase)
        if not foreign(first.project, rest, index):
            return Subject("likely", (first.project,), candidates, phrase)
        return none
    return unknown


def _all_named_so(phrase: str, near: Sequence[Nearness], ministries: frozenset[str]) -> tuple[Project, ...]:
    """The projects whose names have the whole phrase in them (「生活保護の予算」), none where it is nearly all of one's."""
    key = name_key(phrase)
    named = [n for n in near if key in name_key(n.project.name)]
    if any(len(key) >= _WHOLLY * len(name_key(n.project.name)) for n in named):
        return ()
    projects = tuple(n.project for n in named)
    return _of(projects, ministries) or projects


def _twins(project: Project, near: Sequence[Project], p: Parsed) -> tuple[Project, ...]:
    """Projects called alike but for what stands in brackets (「…拠出金」 and 「…拠出金（任意拠出金）」), where the question
    does not say which; none where there is but one."""
    base = _outside_brackets(project.name)
    alike = [x for x in near if _outside_brackets(x.name) == base and x.name != project.name]
    if not alike:
        return ()
    shares = {x: _bracket_said(x.name, p.squeezed.text) for x in (project, *alike)}
    best = max(shares.values())
    if best >= _TOLD:
        told = tuple(x for x, share in shares.items() if share == best)
        return () if told == (project,) else told
    return (project, *alike)


def _bracket_said(name: str, said: str) -> float:
    """The part of what a name has in brackets that the question says, 0–1."""
    pairs = [q for b in _IN_BRACKETS.findall(name) for q in pairs_of(name_key(b)) if is_content(q)]
    return sum(q in said for q in pairs) / len(pairs) if pairs else 0.0


def _outside_brackets(name: str) -> str:
    return name_key(re.sub(r"[（(【][^（()）】]*[)）】]", "", name))


def _as_well_named(
    first: Nearness, near: list[Nearness], phrase: str, ministries: frozenset[str]
) -> tuple[Project, ...]:
    """The projects whose names have all of what the phrase says and little else of theirs is said (「消防団の事業」)."""
    if first.covered >= _HALF:
        return (first.project,)
    alike = [n for n in near if _passes(n, _LIKELY) and n.said >= first.said - _SAME_SAID]
    others = [n.project for n in alike if n is not first and not unsaid(phrase, n.project.name)]
    return (first.project, *_of(tuple(others), ministries))


def _bare(phrase: str) -> str:
    """「の巡視船の」 without the particles around it."""
    return (
        re.sub(r"^[のをにではがと](?![ぁ-ゖ])|(?:の|って|を|に|で|は|が|と)+$", "", phrase.strip(" 、"))
        or phrase
    )


def _spelled_out(phrase: str, index: ProjectIndex) -> str:
    return _LETTERS.sub(lambda m: index.spelled_out(m.group()) or m.group(), phrase)


def _other_letters(phrase: str, project: Project, index: ProjectIndex) -> bool:
    """「UNHCR拠出金」 is not 「UN-HABITAT拠出金」: letters that neither the name nor the project's texts have.

    Nor is 「全国こたつ振興事業」 a 振興事業 whose texts have no こたつ.
    """
    if any(k not in name_key(project.name) and k not in index.texts(project) for k in _KANA.findall(phrase)):
        return True
    letters = _LETTERS.findall(phrase)
    if not letters:
        return False
    key = name_key(project.name)
    missing = [w for w in letters if w not in _LETTERS.findall(key)]
    return bool(missing) and any(w not in index.texts(project) for w in missing)


def _rank(n: Nearness) -> float:
    return n.score * (0.4 + n.known)


def _by_rest(projects: tuple[Project, ...], rest: list[str], index: ProjectIndex) -> tuple[Project, ...]:
    """Of projects that a phrase names alike, those whose names have most of what else the question says."""
    said = {q for r in rest for q in pairs_of(r) if is_content(q) and index.weight(q) >= _TELLS_APART}
    short = [w for r in rest for w in _ABBREVIATION.findall(r)]
    scored = []
    for x in projects:
        key = name_key(x.name)
        shared = sum(index.weight(q) for q in said & set(pairs_of(key)))
        scored.append((shared + sum(_ABBREVIATED for w in short if w not in key and abbreviates(w, key)), x))
    top = max(w for w, _ in scored)
    return tuple(x for w, x in scored if w == top) if top > 0 else projects


def unsaid(phrase: str, name: str) -> str:
    """The first word of a phrase that a name has less than half of (「国会図書館」 in 「図書館の利用促進」), "" if none."""
    key = name_key(name)
    for word in _WORDS.findall(phrase):
        # 「対策費」 asks about a 対策事業
        core = re.sub(r"(?<=..)[費金額等]$", "", word)
        pairs = pairs_of(name_key(core))
        if core in GENERIC or word in GENERIC or not pairs:
            continue
        if sum(p in key for p in pairs) <= _HALF * len(pairs) and not abbreviates(word, key):
            return str(word)
    return ""


def abbreviates(word: str, name: str) -> bool:
    """「陸自」 in 「弾薬（陸上自衛隊）」: the characters of an abbreviation stand in the name in their order."""
    at = -1
    for ch in word:
        at = name.find(ch, at + 1)
        if at < 0:
            return False
    return True


def _names_another(formal: str, project: Project, index: ProjectIndex) -> bool:
    """A name put in full has a part that neither the project's name nor its texts have (「人材開発化学物質規制対策事業」
    for 「化学物質規制対策事業」)."""
    key, texts = name_key(project.name), index.texts(project)
    unheard = 0
    for pair in pairs_of(name_key(formal)):
        passed_over = "等" in pair or not is_content(pair) or LATIN in (script(pair[0]), script(pair[1]))
        unheard = 0 if passed_over or pair in key or pair in texts else unheard + 1
        if unheard >= _PART_OF_A_NAME:
            return True
    return False


def foreign(project: Project, rest: list[str], index: ProjectIndex) -> bool:
    """The question says a good deal more, and the project's texts know little of it: it is about another matter."""
    content = [q for r in rest for q in pairs_of(r) if is_content(q)]
    if len(content) < _SAYS_MORE:
        return False
    texts = index.texts(project)
    total = sum(map(index.weight, content)) or 1.0
    return sum(index.weight(q) for q in content if q in texts) / total < _FAMILIAR


def formal_name(phrases: list[str]) -> str:
    """The phrase that is put like a project's name (a compound ending in 事業, 補助金, …費), "" where none is."""
    heads = (re.sub(r"って.*|(?:の|を|に|で|は|が)+$", "", phrase.strip()) for phrase in phrases)
    return next((head for head in heads if _is_formal(head)), "")


def _is_formal(head: str) -> bool:
    end = NAME_END.search(head)
    if not end or end.start() == 0 or _LOOSE_COSTS.search(head):
        return False
    before = head[: end.start()]
    if (
        script(before[-1]) == HIRAGANA
        and script(head[end.start()]) != KATAKANA
        and not _VERBAL.search(before)
    ):
        return False
    return sum(map(is_content, pairs_of(name_key(before)))) >= 2


def _passes(n: Nearness, limits: tuple[float, float, float]) -> bool:
    if n.pairs < 2 and n.covered < 0.5:
        return False
    return n.known >= limits[0] and n.said >= limits[1] and n.covered >= limits[2]


def _of(projects: tuple[Project, ...], ministries: frozenset[str]) -> tuple[Project, ...]:
    return tuple(x for x in projects if x.ministries & ministries) if ministries else projects


def release(p: Parsed, match: NameMatch) -> None:
    """Take back that a project's name was read."""
    start, end = p.plain(match.start, match.end)
    p.spans = [s for s in p.spans if not (s.start == start and s.end == end)]
    p.names = [m for m in p.names if m is not match]


def says_this(text: str) -> bool:
    """「この事業」「本事業」."""
    return bool(_THIS.search(text))
