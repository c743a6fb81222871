// A real table: headings are buttons that sort, systems are links, rows can be ticked and compared.
const ticks = new WeakMap() // parent -> ids of the rows that are ticked

// A heading breaks at spaces only: the L of ROUGE-L stays on its line.
function unbroken(label) {
  return label.split(/(\S+-\S+)/).map((part) => (part.includes("-") ? make("span", { class: "word" }, part) : part))
}

// Widths that hold the longest texts of each column, in rem: the browser need not look at all rows to find them.
function widths(data) {
  const score = data.columns.map((column, place) => {
    const words = column.label.split(" ").map((word) => word.length)
    const cells = data.rows.map((row) => row.cells[place])
    const longest = (key) => Math.max(0, ...cells.map((cell) => (cell[key] || "").length))
    const value = longest("text") * (column.kind === "headline" ? 0.5 : 0.43)
    const head = Math.max(...words.slice(0, -1), words.at(-1) + (column.arrow ? 2 : 0)) * 0.43
    return 1 + Math.max(value, longest("interval") * 0.325, head, cells.some((cell) => cell.track) ? 4 : 0)
  })
  const columns = score.map((width, place) => `minmax(${width}rem, ${data.columns[place].kind === "headline" ? 1.6 : 1}fr)`)
  return {
    columns: `1.7rem 3rem minmax(11rem, 3.2fr) ${columns.join(" ")}`,
    least: `${15.7 + score.reduce((sum, width) => sum + width, 0)}rem`,
  }
}

function headCell(column, sort, setTriggerValue) {
  const sorted = sort && sort.column === column.key
  const direction = sorted ? (sort.reverse ? "ascending" : "descending") : null
  const arrow = column.arrow
    ? make("span", { class: "arrow", title: column.arrow === "↑" ? "more is better" : "less is better" }, "\u00a0" + column.arrow)
    : null
  const content = column.sortable
    ? make("button", { type: "button", title: column.help || null,
        onclick: () => setTriggerValue("sort", column.key) }, ...unbroken(column.label), arrow)
    : make("span", { title: column.help || null }, ...unbroken(column.label), arrow)
  return make("th", { scope: "col", role: "columnheader", class: column.kind, "aria-sort": direction }, content)
}

function scoreCell(cell, column) {
  const track = cell.track
    ? make("span", { class: "track", "aria-hidden": "true" },
        make("i", { style: `left:${100 * cell.track[0]}%;width:${Math.max(1, 100 * (cell.track[1] - cell.track[0]))}%` }),
        make("b", { style: `left:${100 * cell.track[2]}%` }))
    : null
  return make("td", { role: "cell", class: column.kind + (cell.stale ? " stale" : ""), title: cell.title || null, "data-label": column.label },
    make("span", { class: "value" }, cell.text),
    cell.interval ? make("span", { class: "interval" }, cell.interval) : null, track)
}

// To another page of the site: one entry of the history, which Streamlit follows as it follows Back and Forward.
function visit(href) {
  history.pushState({}, "", new URL(href, location.href))
  dispatchEvent(new PopStateEvent("popstate", { state: {} }))
}

function nameCell(row, go) {
  const link = make("a", { href: row.href, class: "name", onclick: (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return
    event.preventDefault()
    go(row.href)
  } }, row.name)
  const badges = row.badges.map((badge) =>
    make("span", { class: "badge " + badge.kind, title: badge.title || null, tabindex: badge.title ? 0 : null }, badge.text))
  const links = row.links.map((one) =>
    make("a", { href: one.href, target: "_blank", rel: "noopener noreferrer nofollow", class: "out" }, one.text))
  return make("th", { scope: "row", role: "rowheader", class: "system" }, link,
    row.note ? make("span", { class: "note" }, row.note) : null,
    make("span", { class: "line" }, ...badges, ...links, row.date ? make("span", { class: "date" }, row.date) : null))
}

// The first answer of the server draws the table before Streamlit has loaded (`early`); this one then takes its place.
export default function ({ data, parentElement, setTriggerValue, early = false }) {
  const go = early ? (href) => location.assign(href) : visit
  if (!early) document.getElementById("first-view")?.remove()
  if (!ticks.has(parentElement)) ticks.set(parentElement, new Set())
  const ticked = ticks.get(parentElement)
  const present = new Set(data.rows.map((row) => row.id))
  for (const id of [...ticked]) if (!present.has(id)) ticked.delete(id)

  const button = make("button", { type: "button", class: "compare", onclick: () => {
    const runs = data.rows.map((row) => row.id).filter((id) => ticked.has(id))
    go(data.compare + runs.map((id) => `&runs=${encodeURIComponent(id)}`).join(""))
  } })
  const note = make("span", { class: "told", role: "status" })
  const refresh = () => {
    button.textContent = ticked.size > 1 ? `Compare ${ticked.size} systems` : "Compare"
    button.disabled = ticked.size < 2
    note.textContent = ticked.size === 1 ? "Tick another one to compare." : ticked.size ? "" : data.hint
  }

  const body = make("tbody", { role: "rowgroup" })
  for (const row of data.rows) {
    const tick = make("input", { type: "checkbox", "aria-label": `Compare ${row.name}`, onchange: (event) => {
      if (event.target.checked) ticked.add(row.id)
      else ticked.delete(row.id)
      refresh()
    } })
    tick.checked = ticked.has(row.id)
    body.append(make("tr", { role: "row", class: row.frame ? "frame" : row.band ? "band" : null, "data-id": row.id },
      make("td", { role: "cell", class: "tick" }, tick),
      make("td", { role: "cell", class: "rank", title: row.rank_title || null }, row.rank),
      nameCell(row, go),
      ...row.cells.map((cell, place) => scoreCell(cell, data.columns[place]))))
  }
  const head = make("tr", { role: "row" },
    make("th", { class: "tick", scope: "col", role: "columnheader" }, make("span", { class: "unseen" }, "Compare")),
    make("th", { class: "rank", scope: "col", role: "columnheader" }, "Rank"),
    headCell(data.name_column, data.sort, setTriggerValue),
    ...data.columns.map((column) => headCell(column, data.sort, setTriggerValue)))
  refresh()
  const scrolled = parentElement.querySelector(".scroll")
  const left = scrolled ? scrolled.scrollLeft : 0
  const { columns, least } = widths(data)
  const board = make("div", { class: "board" },
    make("div", { class: "bar" }, button, note),
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": data.caption },
      make("table", { role: "table", style: `--columns:${columns};--least:${least}` },
        make("caption", {}, data.caption), make("thead", { role: "rowgroup" }, head), body)))
  const former = parentElement.querySelector(".board")
  if (former) former.replaceWith(board)
  else parentElement.appendChild(board)
  if (left) board.querySelector(".scroll").scrollLeft = left // asking for it costs a layout of all rows
}
