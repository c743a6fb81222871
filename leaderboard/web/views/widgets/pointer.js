// A picture on which one points: a box, an outline, strokes or a click, by mouse, finger or pen; the shape goes to the page.
const pointers = new WeakMap() // parent -> the pointer in it

class Pointer {
  constructor(parent) {
    this.kind = "box"
    this.points = []
    this.root = make("div", { class: "pointer" })
    parent.appendChild(this.root)
  }

  load(data, tell) {
    this.data = data
    this.tell = tell
    const { width, height, image } = data
    this.shape = make("svg:path", { class: "shape" })
    this.mask = make("svg:path", { class: "mask", d: data.mask || "" })
    this.svg = make("svg:svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "Your picture" },
      make("svg:image", { href: image, width, height }), this.mask, this.shape)
    this.svg.addEventListener("pointerdown", (event) => this.begin(event))
    this.svg.addEventListener("pointermove", (event) => this.go(event))
    this.svg.addEventListener("pointerup", (event) => this.end(event))
    this.tools = data.tools.map(([kind, label]) => make("button", { type: "button", "data-kind": kind,
      onclick: () => { this.kind = kind; this.points = []; this.draw() } }, label))
    this.close = make("button", { type: "button", onclick: () => this.send() }, "Close the outline")
    this.coordinates = ["left", "top", "right", "bottom"].map((side, place) => make("input", { type: "number", min: 0, max: 100,
      "aria-label": `${side} edge of a box, percent`, value: [25, 25, 75, 75][place] }))
    const typed = make("details", { class: "typed" }, make("summary", {}, "A box by numbers"),
      make("span", {}, "left, top, right, bottom, percent: ", ...this.coordinates, " ",
        make("button", { type: "button", onclick: () => {
          const [left, top, right, bottom] = this.coordinates.map((field) => Number(field.value) / 100)
          this.kind = "box"
          this.points = [[left, top], [right, bottom]]
          this.send()
        } }, "Take this box")))
    this.root.replaceChildren(make("div", { class: "tools", role: "toolbar", "aria-label": "How to point" }, ...this.tools, this.close), this.svg, typed)
    this.draw()
  }

  at(event) {
    const box = this.svg.getBoundingClientRect()
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map((share) => Math.min(1, Math.max(0, share)))
  }

  begin(event) {
    event.preventDefault()
    this.svg.setPointerCapture(event.pointerId)
    const point = this.at(event)
    if (this.kind === "outline") this.points.push(point)
    else this.points = this.kind === "box" ? [point, point] : [point]
    this.drawing = true
    this.draw()
  }

  go(event) {
    if (!this.drawing) return
    if (this.kind === "box") this.points = [this.points[0], this.at(event)]
    else if (this.kind === "brush") this.points.push(this.at(event))
    this.draw()
  }

  end() {
    if (!this.drawing) return
    this.drawing = false
    if (this.kind === "outline") return
    const [a, b] = this.points
    if (this.kind === "box" && (Math.abs(a[0] - b[0]) < 0.01 || Math.abs(a[1] - b[1]) < 0.01)) {
      this.points = []
      this.draw()
    } else if (this.kind === "brush" && this.points.length < 2) this.draw()
    else this.send()
  }

  send() {
    if (this.kind === "outline" && this.points.length < 3) return
    this.tell({ kind: this.kind, points: this.points, number: this.data.number + 1 })
    this.draw()
  }

  draw() {
    const { width, height } = this.data
    const at = ([x, y]) => `${x * width} ${y * height}`
    let d = ""
    if (this.points.length && this.kind === "box") {
      const [[x1, y1], [x2, y2]] = this.points
      d = `M${x1 * width} ${y1 * height}H${x2 * width}V${y2 * height}H${x1 * width}Z`
    } else if (this.points.length) {
      d = this.points.length === 1 ? `M${at(this.points[0])}h0.1` : `M${this.points.map(at).join("L")}`
    }
    this.shape.setAttribute("d", d)
    this.shape.setAttribute("class", `shape ${this.kind}`)
    this.shape.setAttribute("stroke-width", this.kind === "brush" ? 0.03 * Math.max(width, height) : 2)
    for (const tool of this.tools) tool.setAttribute("aria-pressed", tool.dataset.kind === this.kind)
    this.close.hidden = this.kind !== "outline"
    this.close.disabled = this.points.length < 3
  }
}

export default function ({ data, parentElement, setStateValue }) {
  let view = pointers.get(parentElement)
  if (!view || !parentElement.contains(view.root)) {
    view = new Pointer(parentElement)
    pointers.set(parentElement, view)
  }
  view.tell = (shape) => setStateValue("shape", shape)
  if (view.shown !== data.key) {
    view.load(data, view.tell)
    view.shown = data.key
  } else {
    view.data = data
    view.mask.setAttribute("d", data.mask || "")
    if (data.mask) {
      view.points = []
      view.draw()
    }
  }
}
