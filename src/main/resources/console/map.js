// Cells in rows, as many in a row as fit. With the keyboard: arrows, and Enter.

import { hide, tipAt } from "/console/figures.js";
import { Picture } from "/console/picture.js";

const LEAST_CELL = 9;
const MOST_CELL = 22;
const STATES = ["used", "isolated", "warm", "released"];

class FrameMap extends Picture {
  #map;
  #by = "state";
  #chosen;
  #across = 1;
  #side = LEAST_CELL;

  get map() {
    return this.#map;
  }

  set map(map) {
    const place = (each) => [each?.firstFrame, each?.framesPerCell, each?.used.length].join();
    if (place(map) !== place(this.#map)) {
      // It is another cell there.
      this.focused = undefined;
    }
    this.#map = map;
    this.repaint();
  }

  set by(by) {
    this.#by = by;
    this.repaint();
  }

  set chosen(frame) {
    this.#chosen = frame;
    this.repaint();
  }

  set spoken(text) {
    if (this.focused === undefined) {
      this.canvas.setAttribute("aria-label", text);
    }
  }

  /** index of a cell => [title, text] */
  describe = () => ["", ""];

  /** Where a cell is in the window: its middle. */
  placeOf(at) {
    const box = this.canvas.getBoundingClientRect();
    return {
      x: box.left + ((at % this.#across) + 0.5) * this.#side,
      y: box.top + (Math.floor(at / this.#across) + 0.5) * this.#side,
    };
  }

  #at(event) {
    const box = this.canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left) / this.#side);
    const at = Math.floor((event.clientY - box.top) / this.#side) * this.#across + column;
    return column < this.#across && at < this.#count() ? at : -1;
  }

  #count() {
    return this.#map?.used.length ?? 0;
  }

  onPoint(event) {
    const at = this.#at(event);
    if (at < 0) {
      hide();
    } else {
      tipAt(event.clientX, event.clientY, ...this.describe(at));
    }
  }

  onChoose(event) {
    this.#choose(this.#at(event));
  }

  #choose(at) {
    if (at >= 0) {
      this.dispatchEvent(new CustomEvent("choose", { detail: { at } }));
    }
  }

  onKey(event) {
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#across, ArrowDown: this.#across };
    if (event.key === "Enter") {
      this.#choose(this.focused ?? 0);
    } else if (steps[event.key]) {
      event.preventDefault();
      const wanted = this.focused === undefined ? 0 : this.focused + steps[event.key];
      this.focused = wanted >= 0 && wanted < this.#count() ? wanted : this.focused;
      this.repaint();
      const text = this.describe(this.focused);
      const { x, y } = this.placeOf(this.focused);
      this.canvas.setAttribute("aria-label", text.join(": "));
      tipAt(x, y + this.#side, ...text);
    }
  }

  hasCells() {
    return this.#count() > 0;
  }

  heightFor(width) {
    const count = this.#count();
    this.#side = Math.min(MOST_CELL, Math.max(LEAST_CELL, Math.floor(Math.sqrt((width * 420) / count))));
    this.#across = Math.max(1, Math.floor(width / this.#side));
    return Math.ceil(count / this.#across) * this.#side;
  }

  paint(pen, style) {
    const colours = Object.fromEntries(STATES.map((name) => [name, style.getPropertyValue(`--map-${name}`)]));
    for (let at = 0; at < this.#count(); at++) {
      this.#cell(pen, at, colours);
    }
    pen.strokeStyle = style.getPropertyValue("--ink");
    this.#frame(pen, this.focused, 2.5);
    if (this.#chosen !== undefined) {
      this.#frame(pen, Math.floor((this.#chosen - this.#map.firstFrame) / this.#map.framesPerCell), 2);
    }
  }

  #frame(pen, at, width) {
    if (at !== undefined && at >= 0 && at < this.#count()) {
      pen.lineWidth = width;
      pen.strokeRect((at % this.#across) * this.#side, Math.floor(at / this.#across) * this.#side, this.#side - 1, this.#side - 1);
    }
  }

  /** A cell of many frames is divided by what they are, from the bottom up. */
  #cell(pen, at, colours) {
    const map = this.#map;
    const side = this.#side - 1;
    const x = (at % this.#across) * this.#side;
    const top = Math.floor(at / this.#across) * this.#side;
    let y = top + side;
    for (const name of STATES) {
      const height = (side * map[name][at]) / map.framesPerCell;
      if (height > 0) {
        y -= height;
        pen.fillStyle = name === "used" && this.#by === "class" ? this.#hue(map.classes[at]) : colours[name];
        pen.fillRect(x, y, side, height);
      }
    }
  }

  /** Small classes are blue, large ones red; tables grey. */
  #hue(index) {
    return index < 0 ? "hsl(0 0% 55%)" : `hsl(${230 - (230 * index) / 254} 70% 50%)`;
  }
}

customElements.define("zs-map", FrameMap);
