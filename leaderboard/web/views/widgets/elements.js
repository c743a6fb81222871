// What every widget builds its elements with; it is put before the widget's own script.
const SVG = "http://www.w3.org/2000/svg"

function make(name, attributes = {}, ...children) {
  const element = name.startsWith("svg:") ? document.createElementNS(SVG, name.slice(4)) : document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue
    if (key.startsWith("on")) element[key] = value
    else element.setAttribute(key, value)
  }
  element.append(...children.filter((child) => child !== null && child !== undefined))
  return element
}

// A text with some of its words marked; words are compared in lower case.
function marked(text, words) {
  const wanted = new Set(words)
  return text.split(/([\p{L}\p{N}_-]+)/u).map((part) => wanted.has(part.toLowerCase()) ? make("mark", {}, part) : part)
}

// What the listener read of a caption, one line for each thing said, with whether it is true of the region and of the other one.
function reading(why, otherName) {
  if (!why.clauses.length) return null
  const signs = { yes: "✓", perhaps: "≈", no: "✗", "": "" }
  const cell = (truth) => make("td", { class: truth, title: truth === "perhaps" ? "perhaps" : null }, signs[truth])
  const withOther = why.clauses.some(([, , other]) => other)
  const rows = why.clauses.map(([text, own, other]) =>
    make("tr", {}, make("th", { scope: "row" }, text), cell(own), withOther ? cell(other) : null))
  return make("table", { class: "reading" }, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "What was understood"),
    make("th", { scope: "col" }, "here"), withOther ? make("th", { scope: "col" }, otherName) : null)), make("tbody", {}, ...rows))
}

function notRead(why) {
  return why.unread.length ? make("p", { class: "unread" }, "Not read: ", why.unread.join(", ")) : null
}
