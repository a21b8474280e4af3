// The live threshold: a range, an exact box, the pinned rule, and the strip of highlights.
// While dragging one message is under way at a time, always the newest; the release comes last.

const PATIENCE = 1000 // ms to wait for an answer before sending anyway
const REST = 150 // ms without a move after which the images follow
const dials = new WeakMap()

const CONTROLS = {
  range: { type: "range", className: "range", ariaLabel: "Threshold", step: "any" },
  box: { type: "text", className: "box", ariaLabel: "Exact threshold", inputMode: "decimal" },
}

function node(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...children)
  return element
}

function build(parent) {
  const range = node("input", CONTROLS.range)
  const box = node("input", { ...CONTROLS.box, autocomplete: "off", spellcheck: false })
  const pin = node("span", { className: "pin" })
  const pinned = node("span", { className: "quiet pinned" })
  const pinHere = node("button", { type: "button", className: "pin-here", textContent: "Pin here" })
  const touching = node("button", { type: "button", className: "link touching" })
  const problem = node("span", { className: "problem" })
  problem.setAttribute("role", "alert")
  const setting = node("div", { className: "setting" },
    node("span", { className: "track" }, range, pin), box, pinned, pinHere, touching, problem)
  const strip = node("dl", { className: "strip" })
  parent.querySelector(".root").append(setting, strip)
  return { range, box, pin, pinned, pinHere, touching, problem, strip, items: [],
    waiting: false, next: null, sent: 0, moving: false, timer: 0, resting: 0 }
}

// decimals of the step, so that 0.1 + 0.2 is written 0.3 and Python reads the number shown
function snapped(value, data, step) {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  const low = Math.min(data.low, data.value), high = Math.max(data.high, data.value)
  const number = Math.min(high, Math.max(low, Math.round(value / step) * step))
  return number.toFixed(decimals)
}

function send(dial, text, { done = true, rests = true } = {}) {
  clearTimeout(dial.resting)
  dial.next = { text, done, rests }
  if (!dial.waiting) flush(dial)
}

function flush(dial) {
  const message = dial.next
  if (!message) return
  dial.next = null
  dial.waiting = true
  dial.sent += 1
  clearTimeout(dial.timer)
  dial.timer = setTimeout(() => answered(dial), PATIENCE)
  dial.component.setStateValue("live", { ...message, count: dial.start + dial.sent })
}

function answered(dial) {
  clearTimeout(dial.timer)
  dial.waiting = false
  flush(dial)
}

function show(dial, text) {
  dial.box.value = text
  dial.range.value = text
  dial.range.setAttribute("aria-valuetext", text)
}

function complain(dial, text) {
  dial.problem.textContent = text
  dial.box.setAttribute("aria-invalid", text ? "true" : "false")
}

function enter(dial) {
  const text = dial.box.value.trim().replace(",", ".")
  const fits = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) && Number.isFinite(Number(text))
  complain(dial, fits ? "" : "A threshold is a number, such as 0.62.")
  if (fits) send(dial, text)
}

function step(dial, event) {
  const { data } = dial.component
  const size = event.shiftKey ? data.step / 10 : data.step
  const jumps = { ArrowRight: size, ArrowUp: size, ArrowLeft: -size, ArrowDown: -size,
    PageUp: data.step * 10, PageDown: -data.step * 10 }
  let value = Number(dial.range.value) + (jumps[event.key] ?? 0)
  if (event.key === "Home") value = data.low
  else if (event.key === "End") value = data.high
  else if (!(event.key in jumps)) return
  event.preventDefault()
  const text = snapped(value, data, size)
  show(dial, text)
  send(dial, text)
}

function listen(dial) {
  const emit = (name) => dial.component.setTriggerValue("press", { name, at: Date.now() })
  dial.range.oninput = () => {
    dial.moving = true
    const { data } = dial.component
    const text = snapped(Number(dial.range.value), data, data.step)
    complain(dial, "")
    show(dial, text)
    send(dial, text, { done: false, rests: false })
    dial.resting = setTimeout(() => send(dial, text, { done: false }), REST)
  }
  dial.range.onchange = () => {
    dial.moving = false
    const { data } = dial.component
    send(dial, snapped(Number(dial.range.value), data, data.step))
  }
  dial.range.onkeydown = (event) => step(dial, event)
  dial.box.onkeydown = (event) => { if (event.key === "Enter") enter(dial) }
  dial.box.onblur = () => { if (dial.box.value !== dial.component.data.text) enter(dial) }
  dial.pinHere.onclick = () => emit("pin")
  dial.touching.onclick = () => emit("touching")
  dial.strip.onclick = (event) => {
    const link = event.target.closest("button[data-name]")
    if (link) emit(link.dataset.name)
  }
}

function item(data) {
  const value = node(data.press ? "button" : "span", { className: "value" })
  if (data.press) {
    value.type = "button"
    value.classList.add("link")
    value.dataset.name = data.press
  }
  const nodes = { label: node("dt"), value, delta: node("span", { className: "delta" }) }
  nodes.root = node("div", { className: "item" }, nodes.label,
    node("dd", {}, nodes.value, nodes.delta))
  return nodes
}

function paintStrip(dial, highlights) {
  const layout = highlights.map((one) => one.press ?? "").join()
  if (dial.layout !== layout) {
    dial.layout = layout
    dial.items = highlights.map(item)
    dial.strip.replaceChildren(...dial.items.map((nodes) => nodes.root))
  }
  highlights.forEach((one, k) => {
    const nodes = dial.items[k]
    setText(nodes.label, one.label)
    setText(nodes.value, one.value)
    setText(nodes.delta, one.delta)
    nodes.delta.className = `delta ${one.tone}`
    nodes.root.title = one.hint
  })
}

function paint(dial, data) {
  dial.range.min = Math.min(data.low, data.value)
  dial.range.max = Math.max(data.high, data.value)
  const busy = dial.moving || dial.waiting
  if (!busy && dial.box.getRootNode().activeElement !== dial.box) show(dial, data.text)
  else if (!busy && Number(dial.box.value) === data.value) show(dial, data.text)
  const share = (data.pinned - dial.range.min) / (dial.range.max - dial.range.min || 1)
  // the thumb's middle travels from half a thumb (8 px) to the width less half a thumb
  dial.pin.style.left = `calc(8px + ${share} * (100% - 16px) - 1px)`
  dial.pin.hidden = share < 0 || share > 1
  setText(dial.pinned, data.pinnedText)
  dial.pinHere.hidden = data.atPin
  setText(dial.touching, data.touching)
  paintStrip(dial, data.highlights)
}

export default function (component) {
  const { data, parentElement } = component
  let dial = dials.get(parentElement)
  if (!dial) {
    dial = build(parentElement)
    dial.start = data.count
    dials.set(parentElement, dial)
    dial.component = component
    listen(dial)
  }
  dial.component = component
  if (dial.waiting && data.count >= dial.start + dial.sent) answered(dial)
  paint(dial, data)
  return () => {
    clearTimeout(dial.timer)
    clearTimeout(dial.resting)
  }
}
