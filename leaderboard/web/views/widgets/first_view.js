// Draws the table of a board from the first answer of the server, before Streamlit has loaded; the page then replaces it.
const host = document.getElementById("first-view")
const { table, style } = JSON.parse(document.getElementById("first-view-data").textContent)
const path = location.pathname

function setting() {
  const key = Object.keys(localStorage).find((name) => name.startsWith(`stActiveTheme-${path}-v`))
  return key ? JSON.parse(localStorage.getItem(key)) : "System"
}
try {
  host.dataset.theme = setting()
} catch {
  host.dataset.theme = "System" // no storage in private windows of some browsers
}

const shadow = host.querySelector(".table").attachShadow({ mode: "closed" }) // ids and styles of its own
const inside = make("div")
shadow.append(make("style", {}, style), inside)
const sortBy = (_, column) => location.assign(`?${new URLSearchParams([...new URLSearchParams(location.search), ["sort", column]])}`)
draw({ data: table, parentElement: inside, setTriggerValue: sortBy, early: true })

// When the rows are painted, Streamlit's own script starts: it was only loaded so far.
const app = document.getElementById("app")
const paint = (next) => (document.hidden ? setTimeout(next) : requestAnimationFrame(() => setTimeout(next)))
paint(() => {
  host.dataset.rows = table.rows.length
  if (app) document.head.append(make("script", { type: "module", crossorigin: "", src: app.href }))
})

// Another page, or a page that has no table after all: nothing would take its place.
let still = 0
const watch = setInterval(() => {
  const page = document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]")
  const done = page?.querySelector("[data-testid=stHeading], [data-testid=stAlert]")
  still = done ? still + 1 : 0
  if (location.pathname !== path || still > 8) host.remove()
  if (!host.isConnected) clearInterval(watch)
}, 250)
