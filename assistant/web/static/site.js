// なくても動く画面に、あれば便利なものを足す: 名前の候補、列の操作、SQLの整形、最新の答えへの移動。
"use strict";

document.addEventListener("DOMContentLoaded", () => {
    moveToAnswer();
    columnMenus();
    sqlEditor();
    closeOtherMenus();
    completeNames();
    tellWaiting();
    showLatestYears();
});

// 横に長い図と年度の表は、新しい年度が見えるところから始める。
function showLatestYears() {
    for (const box of document.querySelectorAll(".chart .scroll, .scroll:has(> table.years)")) {
        if (!box.closest(".flow")) box.scrollLeft = box.scrollWidth;
    }
}

// 入力中の末尾を、事業・府省庁・項目の名前に補う候補を出す。日本語の変換中は待つ。
function completeNames() {
    const from = document.body.dataset.names;
    const inputs = document.querySelectorAll("input[data-names]");
    if (!from || !inputs.length) return;
    const list = document.createElement("datalist");
    list.id = "names";
    document.body.append(list);
    let waiting = 0, asked = "";
    const look = async (input) => {
        const text = input.value;
        if (text === asked) return;
        asked = text;
        const response = text.trim() ? await fetch(`${from}?${new URLSearchParams({ q: text })}`) : null;
        const found = response?.ok ? (await response.json()).completions : [];
        if (asked !== text) return;
        list.replaceChildren(...found.map((name) => Object.assign(document.createElement("option"), { value: name })));
    };
    for (const input of inputs) {
        input.setAttribute("list", list.id);
        input.addEventListener("input", (event) => {
            clearTimeout(waiting);
            if (!event.isComposing) waiting = setTimeout(look, 150, input);
        });
        input.addEventListener("compositionend", () => { clearTimeout(waiting); waiting = setTimeout(look, 150, input); });
    }
}

// 答えを待つあいだ、押したことが分かるようにする。
function tellWaiting() {
    for (const form of document.querySelectorAll("form.ask, .chip form")) {
        form.addEventListener("submit", () => {
            const button = form.querySelector("button[type=submit]");
            button.setAttribute("aria-busy", "true");
            button.dataset.text = button.textContent;
            button.textContent = "調べています…";
        });
    }
    addEventListener("pageshow", () => {
        for (const button of document.querySelectorAll("button[aria-busy]")) {
            button.removeAttribute("aria-busy");
            button.textContent = button.dataset.text;
        }
    });
}

// 答えの画面を開いたら、読み上げと操作が答えから始まるようにする。
function moveToAnswer() {
    if (location.hash === "#latest") {
        document.getElementById("latest")?.focus({ preventScroll: true });
    }
}

function address(change) {
    const params = new URLSearchParams(location.search);
    params.delete("_next");
    change(params);
    const text = params.toString();
    return text ? `?${text}` : location.pathname;
}

// 表の列の見出しに、並べ替え・内訳・列を隠す などの操作を付ける。
function columnMenus() {
    const table = document.querySelector("table.rows-and-columns[data-columns]");
    if (!table) return;
    const shown = new Set([...document.querySelectorAll(".facet-info")].map((el) => el.dataset.column));
    const params = new URLSearchParams(location.search);
    let open = null;
    const close = (back) => {
        if (!open) return;
        open.menu.remove();
        open.button.setAttribute("aria-expanded", "false");
        if (back) open.button.focus();
        open = null;
    };
    for (const th of table.querySelectorAll("th[data-column]")) {
        const column = th.dataset.column;
        const button = document.createElement("button");
        button.type = "button";
        button.className = "column-button";
        button.textContent = "⋮";
        button.setAttribute("aria-label", `${th.dataset.label}の操作`);
        button.setAttribute("aria-expanded", "false");
        button.addEventListener("click", (event) => {
            event.stopPropagation();
            const again = open && open.button === button;
            close(false);
            if (!again) {
                open = { button, menu: menu(th, column, shown, params) };
                button.setAttribute("aria-expanded", "true");
                document.body.append(open.menu);
                const box = button.getBoundingClientRect();
                const left = Math.min(box.left + scrollX, scrollX + document.documentElement.clientWidth - open.menu.offsetWidth - 8);
                open.menu.style.top = `${box.bottom + scrollY + 4}px`;
                open.menu.style.left = `${Math.max(8, left)}px`;
                open.menu.querySelector("a")?.focus();
            }
        });
        th.append(button);
    }
    document.addEventListener("click", (event) => { if (open && !open.menu.contains(event.target)) close(false); });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(true); });
}

function menu(th, column, shown, params) {
    const box = document.createElement("div");
    box.className = "column-menu";
    const list = document.createElement("ul");
    const add = (text, change) => {
        const link = document.createElement("a");
        link.href = address(change);
        link.textContent = text;
        const item = document.createElement("li");
        item.append(link);
        list.append(item);
    };
    const sort = (key, other) => (p) => { p.delete(other); p.set(key, column); };
    if (th.dataset.sortable) {
        add("小さい順に並べる", sort("_sort", "_sort_desc"));
        add("大きい順に並べる", sort("_sort_desc", "_sort"));
    }
    if (th.dataset.key !== "1") {
        if (facetsAllowed() && !shown.has(column)) add("値ごとの件数を見る", (p) => p.append("_facet", column));
        add("空欄でない行だけにする", (p) => p.set(`${column}__notblank`, "1"));
        add("この列を隠す", (p) => p.append("_nocol", column));
    }
    if (params.has("_nocol") || params.has("_col")) add("すべての列を表示する", (p) => { p.delete("_nocol"); p.delete("_col"); });
    box.append(list);
    if (th.dataset.columnDescription) {
        const text = document.createElement("p");
        text.textContent = th.dataset.columnDescription;
        box.append(text);
    }
    return box;
}

function facetsAllowed() {
    return document.querySelector("table.rows-and-columns")?.dataset.facets === "true";
}

// SQLの欄: Shift+Enter で実行、整形。
function sqlEditor() {
    const editor = document.querySelector("textarea#sql-editor");
    if (!editor) return;
    const fit = () => { editor.style.height = "auto"; editor.style.height = `${Math.min(editor.scrollHeight + 4, innerHeight * 0.7)}px`; };
    fit();
    editor.addEventListener("input", fit);
    editor.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            editor.form.requestSubmit();
        }
    });
    const button = document.querySelector("button#sql-format");
    if (button && window.sqlFormatter) {
        button.hidden = false;
        button.addEventListener("click", () => { editor.value = window.sqlFormatter.format(editor.value); fit(); });
    }
}

// 開いている札は1つだけにし、Esc で閉じる。
function closeOtherMenus() {
    const chips = () => [...document.querySelectorAll("details.chip[open]")];
    document.addEventListener("click", (event) => { for (const chip of chips()) if (!chip.contains(event.target)) chip.open = false; });
    document.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        for (const chip of chips()) { chip.open = false; chip.querySelector("summary").focus(); }
    });
}
