// Failures, a card each: the region and what the words fit instead side by side, both captions, the reason in words.
function picture(crop, kind, label) {
  if (!crop) return make("div", { class: "blank" })
  const { width, height } = crop
  return make("svg:svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label },
    make("svg:image", { href: crop.url, width, height }),
    make("svg:path", { class: "rim", d: crop.path }), make("svg:path", { class: kind, d: crop.path }))
}

function card(one, open) {
  const why = one.why
  const go = make("a", { class: "open", href: one.href, onclick: (event) => {
    if (!open || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return
    event.preventDefault()
    open(one.region)
  } }, one.region)
  const figures = [make("figure", {}, picture(one.picture, "own", `The region, ${one.reference}`),
    make("figcaption", {}, make("span", { class: "label" }, "its reference"), one.reference))]
  if (one.other_picture) {
    figures.push(make("figure", {}, picture(one.other_picture, "other", `What the words fit instead ${why.other_caption}`),
      make("figcaption", {}, make("span", { class: "label" }, "fits instead"),
        ...(why.other ? marked(why.other_caption, why.shared) : ["no region of the data"]))))
  }
  return make("article", { "data-region": one.region },
    make("header", {}, make("span", { class: "group" }, one.group), go),
    ...(one.said ?? []).map(([system, caption, right]) => make("p", { class: "said" },
      make("span", { class: "label" }, `${right ? "✓" : "✗"} ${system}`), caption)),
    one.said ? null : make("p", { class: "caption" }, make("span", { class: "label" }, "said"), ...(one.caption ? marked(one.caption, why.shared) : ["no caption"])),
    make("div", { class: "pair" }, ...figures),
    why.sentence ? make("p", { class: "sentence" }, why.sentence) : null,
    reading(why, "there"), notRead(why))
}

export default function ({ data, parentElement, setTriggerValue }) {
  const open = data.in_place ? (region) => setTriggerValue("open", region) : null
  const list = make("div", { class: "cards" }, ...data.cards.map((one) => card(one, open)))
  const former = parentElement.querySelector(".cards")
  if (former) former.replaceWith(list)
  else parentElement.appendChild(list)
}
