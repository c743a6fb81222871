// One image: picture, mask tree, captions and uniqueness map. Everything shown about a region is drawn by `show` from
// one record, in one go: a picture never stands beside the caption of another region, however fast one clicks.
const states = new WeakMap() // parent -> what is shown in it

const frame = (w, h) => `M0 0h${w}v${h}h${-w}Z`

class Explorer {
  constructor(parent) {
    this.root = make("div", { class: "explorer" })
    parent.appendChild(this.root)
  }

  // A new image or other systems: everything is drawn anew.
  load(data, tell) {
    this.data = data
    this.tell = tell
    this.byId = new Map(data.regions.map((region) => [region.id, region]))
    this.unfolded = new Set(data.focus ? [data.focus] : [])
    this.root.replaceChildren(
      make("div", { class: "upper" }, this.picture(), this.panel = make("section", { class: "panel", "aria-live": "polite" }),
        this.tree()),
      this.map())
    this.show(this.byId.has(data.region) ? data.region : data.regions[0].id)
  }

  picture() {
    const { width, height, image } = this.data
    this.veil = make("svg:path", { class: "veil", "fill-rule": "evenodd" })
    this.others = make("svg:g")
    this.own = make("svg:g")
    this.hovered = make("svg:path", { class: "hovered" })
    const targets = [...this.data.regions].sort((a, b) => b.area - a.area).map((region) => make("svg:path", {
      class: "target", d: region.path, "data-id": region.id,
      onclick: () => this.choose(region.id), onmouseenter: () => this.hover(region.id), onmouseleave: () => this.hover(null),
    }, make("svg:title", {}, `${region.short} ${region.category}`)))
    this.targets = new Map(targets.map((target) => [target.dataset.id, target]))
    return make("div", { class: "picture" },
      make("svg:svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `Image ${this.data.image_id}` },
        image ? make("svg:image", { href: image, width, height }) : make("svg:rect", { width, height, class: "ground" }),
        this.veil, this.others, this.own, this.hovered, ...targets),
      this.under = make("p", { class: "under" }))
  }

  tree() {
    this.branches = new Map()
    const list = make("div", { class: "branches", role: "listbox", "aria-label": "Mask tree", onkeydown: (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (!step) return
      event.preventDefault()
      const ids = this.data.regions.map((region) => region.id)
      const next = ids[Math.min(ids.length - 1, Math.max(0, ids.indexOf(this.selected) + step))]
      this.choose(next)
      this.branches.get(next).focus()
    } })
    for (const region of this.data.regions) {
      const dots = region.said.map((answer) => make("i", { class: answer.verdict, title: `${answer.system}: ${answer.told}` }))
      const branch = make("button", { type: "button", role: "option", class: "branch", "data-id": region.id,
        style: `padding-left:${0.4 + 0.85 * region.level}rem`,
        onclick: () => this.choose(region.id), onmouseenter: () => this.hover(region.id), onmouseleave: () => this.hover(null) },
        make("span", { class: "what" }, region.category), make("span", { class: "id" }, region.short),
        make("span", { class: "dots" }, ...dots))
      this.branches.set(region.id, branch)
      list.append(branch)
    }
    return make("nav", { class: "tree" }, make("h3", {}, `Mask tree, ${this.data.regions.length} regions`), list)
  }

  hover(id) {
    const region = id && this.byId.get(id)
    this.hovered.setAttribute("d", region ? region.path : "")
  }

  // What the reader picks: shown at once, and told to the page when the reader comes to rest.
  choose(id) {
    this.show(id)
    const tell = this.tell
    this.waiting = setTimeout(() => tell(id), 250)
  }

  show(id) {
    clearTimeout(this.waiting)
    const region = this.byId.get(id)
    if (!region) return
    this.selected = id
    this.root.dataset.region = id
    this.hover(null)
    this.veil.setAttribute("d", frame(this.data.width, this.data.height) + region.path)
    this.own.replaceChildren(make("svg:path", { class: "rim", d: region.path }), make("svg:path", { class: "own", d: region.path }))
    this.outline([])
    for (const [other, branch] of this.branches) {
      branch.setAttribute("aria-selected", other === id)
      branch.tabIndex = other === id ? 0 : -1
    }
    this.reveal(this.branches.get(id))
    this.panel.replaceChildren(...this.description(region))
    this.under.textContent = [region.id, ...region.references.slice(0, 1)].join(" — ")
    this.paint()
  }

  reveal(branch) {
    const list = branch.parentElement
    const top = branch.offsetTop - list.offsetTop
    if (top < list.scrollTop || top + branch.offsetHeight > list.scrollTop + list.clientHeight) {
      list.scrollTop = top - list.clientHeight / 2
    }
  }

  // Dashed outlines of what a caption points to instead.
  outline(ids, boxes = []) {
    const paths = ids.map((id) => this.byId.get(id)).filter(Boolean).map((region) => region.path)
    const { width, height } = this.data
    for (const [x, y, w, h] of boxes) paths.push(`M${x * width} ${y * height}h${w * width}v${h * height}h${-w * width}Z`)
    this.others.replaceChildren(...paths.flatMap((d) => [make("svg:path", { class: "rim", d }), make("svg:path", { class: "other", d })]))
  }

  description(region) {
    const facts = [region.granularity, region.category, `${region.share} of the image`, region.depth && `depth ${region.depth}`, region.slice]
    const cards = region.said.map((answer) => {
      const chips = answer.others.map((id) => make("button", { type: "button", class: "chip", onclick: () => this.choose(id),
        title: `Region ${id}, which these words fit: ${this.byId.get(id)?.references[0] ?? ""}` }, this.byId.get(id)?.short ?? id))
      const scores = answer.scores.map(([name, value]) => make("span", { class: "score" }, `${name} ${value}`))
      return make("article", { class: "said " + answer.verdict, "data-system": answer.system,
        onmouseenter: () => this.outline(answer.others, answer.boxes), onmouseleave: () => this.outline([]),
        onfocusin: () => this.outline(answer.others, answer.boxes), onfocusout: () => this.outline([]) },
        make("header", {}, make("b", {}, answer.system), make("span", { class: "told" }, answer.told, " ", ...chips)),
        make("p", { class: "caption" }, ...marked(answer.caption || "no caption", answer.why?.shared ?? [])),
        answer.why ? this.reason(region, answer) : null,
        scores.length ? make("p", { class: "scores" }, ...scores) : null)
    })
    return [
      make("h3", {}, make("span", { class: "region-id" }, region.id)),
      make("p", { class: "facts" }, facts.filter(Boolean).join(" · ")),
      ...(region.references.length ? [make("ul", { class: "references" }, ...region.references.map((text) => make("li", {}, text)))] : []),
      ...cards]
  }

  // Why a caption is wrong: one sentence, and folded under it both regions side by side and what was read.
  reason(region, answer) {
    const why = answer.why, other = this.byId.get(why.other)
    const details = make("details", { class: "why", ontoggle: () => {
      if (details.open) this.unfolded.add(answer.system)
      else this.unfolded.delete(answer.system)
      fill()
    } }, make("summary", {}, why.sentence))
    const fill = () => {
      if (!details.open || details.querySelector(".pair")) return
      const figures = [this.crop(region, "own", "its reference", [region.references[0]])]
      if (other) figures.push(this.crop(other, "other", `fits instead: ${other.short}`, marked(why.other_caption, why.shared)))
      else if (why.other_box.length) figures.push(this.crop(this.boxed(why.other_box), "other", "fits instead", ["no region of the data"]))
      details.append(make("div", { class: "pair" }, ...figures), ...[reading(why, other ? other.short : "there"), notRead(why)].filter(Boolean))
    }
    details.open = this.unfolded.has(answer.system)
    fill()
    return details
  }

  boxed([left, top, wide, tall]) {
    const box = { x: left * this.data.width, y: top * this.data.height, width: wide * this.data.width, height: tall * this.data.height }
    return { box, short: "", references: ["a thing that is no region of the data"], path: `M${box.x} ${box.y}h${box.width}v${box.height}h${-box.width}Z` }
  }

  // A region with its surroundings, cut from the picture.
  crop(region, kind, label, text) {
    const { width, height, image } = this.data
    const box = region.box ?? this.targets.get(region.id).getBBox()
    const w = Math.min(width, Math.max(1.4 * box.width, 0.3 * width)), h = Math.min(height, Math.max(1.4 * box.height, 0.3 * height))
    const x = Math.min(Math.max(0, box.x + box.width / 2 - w / 2), width - w), y = Math.min(Math.max(0, box.y + box.height / 2 - h / 2), height - h)
    return make("figure", {},
      make("svg:svg", { viewBox: `${x} ${y} ${w} ${h}`, role: "img", "aria-label": `${region.short}: ${region.references[0]}` },
        image ? make("svg:image", { href: image, width, height }) : null,
        make("svg:path", { class: "rim", d: region.path }), make("svg:path", { class: kind, d: region.path })),
      make("figcaption", {}, make("span", { class: "label" }, label), ...text))
  }

  map() {
    this.canvas = null
    const map = this.data.map
    if (!map) return make("p", { class: "faint" }, this.data.no_map)
    const n = this.data.regions.length
    this.canvas = make("canvas", { tabindex: 0, role: "img",
      "aria-label": `Similarity of the ${n} captions of ${map.system} to the ${n} regions. ${map.summary}` })
    this.readout = make("div", { class: "readout" })
    const cellAt = (event) => {
      const box = this.canvas.getBoundingClientRect()
      const column = Math.floor(((event.clientX - box.left) / box.width) * n)
      const row = Math.floor(((event.clientY - box.top) / box.height) * n)
      return row >= 0 && row < n && column >= 0 && column < n ? [row, column] : null
    }
    this.canvas.onmousemove = (event) => this.read(cellAt(event))
    this.canvas.onmouseleave = () => { this.read(null); this.hover(null); this.outline([]) }
    this.canvas.onclick = (event) => {
      const cell = cellAt(event)
      if (cell) this.choose(this.data.regions[cell[0]].id)
    }
    return make("section", { class: "map" },
      make("h3", {}, `Uniqueness map of ${map.system}`),
      make("div", { class: "beside" }, make("div", { class: "square" }, this.canvas),
        make("div", { class: "legend" },
          make("p", {}, map.summary),
          make("p", { class: "faint" }, "A row is a caption, a column a region, both in the order of the mask tree; the deeper its colour, the more alike. A unique caption has one deep cell, on the diagonal. ",
            make("span", { class: "key lost" }), " nearer to another region than to its own; ",
            make("span", { class: "key lineage" }), " parent and child; ", make("span", { class: "key siblings" }), " siblings."),
          this.readout)))
  }

  read(cell) {
    if (!cell) return
    const [row, column] = cell
    const caption = this.data.regions[row], region = this.data.regions[column]
    const words = this.data.map.captions[row] || "no caption"
    this.readout.replaceChildren(
      make("p", {}, make("b", {}, (this.data.map.similarity[row][column] / 100).toFixed(2)), row === column ? " to its own region" : ` to ${region.short}`),
      make("p", {}, make("span", { class: "region-id" }, caption.short), " is called “", words, "”"),
      row === column ? "" : make("p", {}, make("span", { class: "region-id" }, region.short), " is “", region.references[0], "”"))
    this.hover(caption.id)
    this.outline(row === column ? [] : [region.id])
  }

  paint() {
    if (!this.canvas) return
    const map = this.data.map, n = this.data.regions.length
    const cell = Math.max(7, Math.min(20, Math.floor(560 / n)))
    const ratio = window.devicePixelRatio || 1
    this.canvas.width = this.canvas.height = n * cell * ratio
    this.canvas.style.width = `${n * cell}px`
    const style = getComputedStyle(this.root)
    const ink = style.getPropertyValue("--map-ink").trim() || "#0b63b0"
    const pen = this.canvas.getContext("2d")
    pen.scale(ratio, ratio)
    const at = new Map(this.data.regions.map((region, place) => [region.id, place]))
    const selectedPlace = at.get(this.selected)
    for (let row = 0; row < n; row++) {
      const best = Math.max(...map.similarity[row].filter((_, column) => column !== row))
      for (let column = 0; column < n; column++) {
        const value = map.similarity[row][column]
        const lost = row !== column && value === best && value >= map.similarity[row][row] && value > 0
        pen.globalAlpha = Math.max(lost ? 0.5 : 0, 0.03 + 0.97 * Math.sqrt(value / 100)) // the root shows faint likeness
        pen.fillStyle = lost ? style.getPropertyValue("--map-lost").trim() : ink
        pen.fillRect(column * cell, row * cell, cell - 0.6, cell - 0.6)
      }
    }
    pen.globalAlpha = 0.6
    pen.lineWidth = 1
    const ring = (row, column, color) => {
      pen.strokeStyle = style.getPropertyValue(color).trim()
      pen.strokeRect(column * cell + 0.8, row * cell + 0.8, cell - 2.2, cell - 2.2)
    }
    this.data.regions.forEach((region, place) => {
      const parent = at.get(region.parent)
      if (parent !== undefined) { ring(place, parent, "--map-lineage"); ring(parent, place, "--map-lineage") }
      this.data.regions.forEach((other, column) => {
        if (column !== place && region.parent !== null && other.parent === region.parent) ring(place, column, "--map-siblings")
      })
    })
    pen.globalAlpha = 1
    pen.strokeStyle = style.getPropertyValue("--map-chosen").trim()
    pen.lineWidth = 2
    pen.strokeRect(1, selectedPlace * cell, n * cell - 2, cell - 0.6)
    pen.strokeRect(selectedPlace * cell, 1, cell - 0.6, n * cell - 2)
  }
}

export default function ({ data, parentElement, setStateValue }) {
  let state = states.get(parentElement)
  if (!state || !parentElement.contains(state.view.root)) {
    state = { view: new Explorer(parentElement), key: null, pick: null }
    states.set(parentElement, state)
  }
  const tell = (id) => setStateValue("region", { id, pick: data.pick })
  if (state.key !== data.key) {
    const region = state.view.selected
    state.view.load(state.pick === data.pick && region && data.regions.some((one) => one.id === region) ? { ...data, region } : data, tell)
  } else if (state.pick !== data.pick) {
    state.view.show(data.region)
  }
  state.view.tell = tell
  state.key = data.key
  state.pick = data.pick
}
