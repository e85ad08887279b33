"""Charts as SVG made on the server: no script, no other host, readable as text beside their table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from assistant.web.figures import NOTHING, grouped, percent, short_yen
from db.fiscal_years import wareki

YEAR_WIDTH, LEFT, RIGHT, TOP, BOTTOM, HEIGHT = 64, 62, 14, 30, 42, 250
BAR_WIDTH = 20


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a ranking: its name, value, how the value is written, where it leads."""

    label: str
    value: float
    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one item over the years: (year, value, how it is written), oldest first."""

    label: str
    unit: str | None
    points: Sequence[tuple[int, float, str]]


@dataclass(frozen=True, slots=True)
class Column:
    """Amounts of one year: bars in 円, a rate in %."""

    year: int
    bars: dict[str, float | None] = field(default_factory=dict)
    rate: float | None = None


def meter(value: float, largest: float) -> Markup:
    """A bar as wide as its share of the largest, to stand in a cell of a table."""
    share = 0.0 if not largest else max(0.0, min(100.0, 100 * abs(value) / abs(largest)))
    kind = "bar minus" if value < 0 else "bar"
    return Markup(
        '<svg class="{}" width="100%" height="10" aria-hidden="true"><rect width="{}%" height="10" rx="2"/></svg>'
    ).format(kind, round(share, 2))


def bar_list(bars: Sequence[Bar], title: str, largest: float | None = None) -> Markup:
    """A ranking as a list of bars, the longest as wide as ``largest``; its text reads at any width."""
    if largest is None:
        largest = max((abs(b.value) for b in bars), default=0)
    rows = Markup("").join(
        Markup('<li><span class="name">{}</span><span class="amount">{}</span>{}</li>').format(
            Markup('<a href="{}">{}</a>').format(b.href, b.label) if b.href else b.label,
            b.text,
            meter(b.value, largest),
        )
        for b in bars
    )
    return Markup('<figure class="bars"><figcaption>{}</figcaption><ol>{}</ol></figure>').format(title, rows)


def years_chart(columns: Sequence[Column], title: str, rate_name: str = "執行率") -> Markup:
    """Bars of amounts a year, and their rate (``rate_name``) as a line (0–100 %, more where it is more)."""
    names = list(dict.fromkeys(n for c in columns for n in c.bars))
    largest = max((v for c in columns for v in c.bars.values() if v), default=0)
    if not columns or largest <= 0:
        return Markup("")
    width = LEFT + RIGHT + YEAR_WIDTH * len(columns)
    top, base = TOP, HEIGHT - BOTTOM
    scale = _steps(0, largest)
    body = [_grid(width, top, base, [(v, short_yen(v)) for v in scale], scale[-1])]
    for i, column in enumerate(columns):
        centre = LEFT + YEAR_WIDTH * i + YEAR_WIDTH / 2
        start = centre - BAR_WIDTH * len(names) / 2
        for n, name in enumerate(names):
            value = column.bars.get(name)
            if value is None or value <= 0:
                continue
            height = (base - top) * value / scale[-1]
            body.append(
                Markup(
                    '<rect class="series-{}" x="{:.1f}" y="{:.1f}" width="{}" height="{:.1f}"><title>{}</title></rect>'
                ).format(
                    n,
                    start + n * BAR_WIDTH,
                    base - height,
                    BAR_WIDTH - 2,
                    height,
                    f"{column.year}年度 {name} {short_yen(value)}",
                )
            )
        body.append(_year_label(centre, base, column.year))
    rates = [
        (LEFT + YEAR_WIDTH * i + YEAR_WIDTH / 2, c.year, c.rate)
        for i, c in enumerate(columns)
        if c.rate is not None
    ]
    if rates:
        body.append(_rate_line(rates, rate_name, top, base))
    legend = [(f"series-{n}", name) for n, name in enumerate(names)] + (
        [("line", rate_name)] if rates else []
    )
    return _figure(width, HEIGHT, title, _years_text(columns, rate_name), Markup("").join(body), legend)


def line_chart(series: Sequence[Series], title: str) -> Markup:
    """Lines over the years, for figures of any unit; gaps stay gaps."""
    years = sorted({y for s in series for y, _, _ in s.points})
    values = [v for s in series for _, v, _ in s.points]
    if len(years) < 2 or not values:
        return Markup("")
    money = series[0].unit == "円"
    low, high = min(0, *values), max(0, *values)
    width = LEFT + RIGHT + YEAR_WIDTH * len(years)
    top, base = TOP, HEIGHT - BOTTOM
    steps = _steps(low, high)
    write = short_yen if money else (lambda v: grouped(round(v, 6)))
    lowest, highest = steps[0], steps[-1]

    def y_of(value: float) -> float:
        return base - (base - top) * (value - lowest) / (highest - lowest)

    body = [
        Markup(
            '<line class="grid" x1="{}" x2="{}" y1="{y:.1f}" y2="{y:.1f}"/><text class="tick" x="{}" y="{t:.1f}">{}</text>'
        ).format(LEFT, width - RIGHT, LEFT - 6, write(v), y=y_of(v), t=y_of(v) + 4)
        for v in steps
    ]
    x_of = {year: LEFT + YEAR_WIDTH * i + YEAR_WIDTH / 2 for i, year in enumerate(years)}
    for n, one in enumerate(series):
        points = [(x_of[y], y_of(v), y, v, text) for y, v, text in one.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, *_ in points)
        body.append(Markup('<polyline class="line line-{}" points="{}"/>').format(n, path))
        for x, y, year, _, text in points:
            body.append(
                Markup(
                    '<circle class="dot dot-{}" cx="{:.1f}" cy="{:.1f}" r="4"><title>{}</title></circle>'
                ).format(n, x, y, f"{year}年度 {one.label} {text}")
            )
            if len(series) == 1:
                body.append(
                    Markup('<text class="value" x="{:.1f}" y="{:.1f}">{}</text>').format(
                        x, y - 9, _brief(text)
                    )
                )
    body += [_year_label(x_of[y], base, y) for y in years]
    described = "。".join(f"{s.label}: " + "、".join(f"{y}年度 {t}" for y, _, t in s.points) for s in series)
    legend = [(f"line-{n}", s.label) for n, s in enumerate(series)] if len(series) > 1 else []
    return _figure(width, HEIGHT, title, described, Markup("").join(body), legend)


def _figure(
    width: float, height: float, title: str, text: str, body: Markup, legend: list[tuple[str, str]]
) -> Markup:
    keys = Markup("").join(Markup('<li><i class="key {}"></i>{}</li>').format(c, n) for c, n in legend)
    return Markup(
        '<figure class="chart"><div class="scroll" tabindex="0" role="group" aria-label="{t}">'
        '<svg viewBox="0 0 {w:.0f} {h:.0f}" width="{w:.0f}" height="{h:.0f}" role="img" aria-label="{d}">{b}</svg></div>{k}</figure>'
    ).format(
        t=title,
        w=width,
        h=height,
        d=f"{title}。{text}",
        b=body,
        k=Markup('<ul class="legend" aria-hidden="true">{}</ul>').format(keys) if legend else "",
    )


def _grid(width: float, top: float, base: float, ticks: list[tuple[float, str]], highest: float) -> Markup:
    lines = []
    for value, text in ticks:
        y = base - (base - top) * value / highest
        lines.append(
            Markup(
                '<line class="grid" x1="{}" x2="{}" y1="{y:.1f}" y2="{y:.1f}"/><text class="tick" x="{}" y="{t:.1f}">{}</text>'
            ).format(LEFT, width - RIGHT, LEFT - 6, text, y=y, t=y + 4)
        )
    return Markup("").join(lines)


def _year_label(centre: float, base: float, year: int) -> Markup:
    era = wareki(year).removesuffix("年度")
    return Markup(
        '<text class="year" x="{x:.1f}" y="{a:.1f}">{y}</text><text class="era" x="{x:.1f}" y="{b:.1f}">{e}</text>'
    ).format(x=centre, a=base + 16, b=base + 31, y=year, e=era)


def _rate_line(rates: Sequence[tuple[float, int, float]], name: str, top: float, base: float) -> Markup:
    highest = max(100.0, *(r for _, _, r in rates))
    points, marks = [], []
    for x, year, rate in rates:
        y = base - (base - top) * max(0.0, min(rate, highest)) / highest
        points.append(f"{x:.1f},{y:.1f}")
        marks.append(
            Markup(
                '<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3.5"><title>{t}</title></circle>'
                '<text class="value" x="{x:.1f}" y="{v:.1f}">{r}</text>'
            ).format(x=x, y=y, v=max(11.0, y - 8), r=percent(rate), t=f"{year}年度 {name} {percent(rate)}")
        )
    return Markup('<polyline class="line" points="{}"/>').format(" ".join(points)) + Markup("").join(marks)


def _years_text(columns: Sequence[Column], rate_name: str) -> str:
    parts = []
    for c in columns:
        amounts = "、".join(f"{n} {short_yen(v) if v is not None else NOTHING}" for n, v in c.bars.items())
        rate = f"、{rate_name} {percent(c.rate)}" if c.rate is not None else ""
        parts.append(f"{c.year}年度 {amounts}{rate}")
    return "。".join(parts)


def _steps(low: float, high: float) -> list[float]:
    """Four or five round values that cover low to high."""
    if high <= low:
        high = low + 1.0
    span = high - low
    size = 10.0 ** _exponent(span / 4)
    step = next((m * size for m in (1, 2, 2.5, 5, 10) if m * size * 4 >= span), 10 * size)
    first = -(-low // step) * step if low >= 0 else (low // step) * step
    out = [first]
    while out[-1] < high - step * 1e-9:
        out.append(out[-1] + step)
    return out


def _exponent(value: float) -> int:
    exponent = 0
    while value >= 10:
        value, exponent = value / 10, exponent + 1
    while value < 1:
        value, exponent = value * 10, exponent - 1
    return exponent


def _brief(text: str) -> str:
    """What stands before the exact amount in brackets."""
    return text.split("（")[0]
