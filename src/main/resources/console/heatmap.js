// A picture of cells, drawn at whatever width there is. With the keyboard: arrows, and Enter.

import { onWidth } from "/console/draw.js";
import { hide, tipAt } from "/console/figures.js";

const ROW_HEIGHT = 16;

class Heatmap extends HTMLElement {
  #canvas = document.createElement("canvas");
  #cells = [[]];
  #chosen;
  #focus;
  #sizes;
  #scheme;

  /** Rows of numbers, all of the same length. */
  set cells(cells) {
    this.#cells = cells;
    this.#paint();
  }

  set spoken(text) {
    this.#canvas.setAttribute("aria-label", text);
  }

  set chosen(column) {
    this.#chosen = column;
    this.#paint();
  }

  /** (column, row) => [title, text] */
  describe = () => ["", ""];

  connectedCallback() {
    this.append(this.#canvas);
    this.#canvas.tabIndex = 0;
    this.#canvas.setAttribute("role", "img");
    this.#sizes = onWidth(this, () => this.#paint());
    this.#sizes.observe(this);
    this.#scheme = new MutationObserver(() => this.#paint());
    this.#scheme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.#canvas.onpointermove = (event) => this.#tell(this.#at(event), event.clientX, event.clientY);
    this.#canvas.onpointerleave = hide;
    this.#canvas.onclick = (event) => this.#choose(this.#at(event).column);
    this.#canvas.onkeydown = (event) => this.#key(event);
    this.#canvas.onblur = () => {
      this.#focus = undefined;
      hide();
      this.#paint();
    };
  }

  disconnectedCallback() {
    this.#sizes.disconnect();
    this.#scheme.disconnect();
  }

  #at(event) {
    const box = this.#canvas.getBoundingClientRect();
    const place = (offset, length, all) => Math.min(all - 1, Math.max(0, Math.floor((offset / length) * all)));
    return {
      column: place(event.clientX - box.left, box.width, this.#cells[0].length),
      row: place(event.clientY - box.top, box.height, this.#cells.length),
    };
  }

  #tell({ column, row }, x, y) {
    tipAt(x, y, ...this.describe(column, row));
  }

  #choose(column) {
    this.dispatchEvent(new CustomEvent("choose", { detail: { column } }));
  }

  #key(event) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const now = this.#focus ?? { column: this.#chosen ?? 0, row: this.#cells.length - 1 };
    if (event.key === "Enter") {
      this.#choose(now.column);
    } else if (steps[event.key]) {
      const [across, down] = steps[event.key];
      event.preventDefault();
      this.#focus = {
        column: Math.min(this.#cells[0].length - 1, Math.max(0, now.column + across)),
        row: Math.min(this.#cells.length - 1, Math.max(0, now.row + down)),
      };
      this.#paint();
      const box = this.#canvas.getBoundingClientRect();
      const title = this.describe(this.#focus.column, this.#focus.row);
      this.#canvas.setAttribute("aria-label", title.join(": "));
      tipAt(
        box.left + ((this.#focus.column + 0.5) * box.width) / this.#cells[0].length,
        box.top + (this.#focus.row + 1) * ROW_HEIGHT,
        ...title,
      );
    }
  }

  #paint() {
    if (!this.isConnected || this.#cells[0].length === 0) {
      return;
    }
    const rows = this.#cells.length;
    const columns = this.#cells[0].length;
    const width = this.clientWidth;
    const scale = devicePixelRatio;
    this.#canvas.width = width * scale;
    this.#canvas.height = rows * ROW_HEIGHT * scale;
    this.#canvas.style.height = `${rows * ROW_HEIGHT}px`;
    const pen = this.#canvas.getContext("2d");
    const style = getComputedStyle(document.documentElement);
    const most = Math.log1p(Math.max(1, ...this.#cells.flat()));
    const cellWidth = this.#canvas.width / columns;
    const cellHeight = this.#canvas.height / rows;
    pen.fillStyle = style.getPropertyValue("--heat");
    this.#cells.forEach((line, row) =>
      line.forEach((value, column) => {
        if (value > 0) {
          pen.globalAlpha = 0.2 + (0.8 * Math.log1p(value)) / most;
          pen.fillRect(column * cellWidth, row * cellHeight, Math.max(1, cellWidth - scale / 2), cellHeight - scale);
        }
      }),
    );
    pen.globalAlpha = 1;
    pen.strokeStyle = style.getPropertyValue("--ink");
    pen.lineWidth = scale;
    if (this.#chosen !== undefined) {
      pen.strokeRect(this.#chosen * cellWidth, 0, Math.max(3, cellWidth), this.#canvas.height);
    }
    if (this.#focus) {
      pen.lineWidth = 2 * scale;
      pen.strokeRect(this.#focus.column * cellWidth, this.#focus.row * cellHeight, Math.max(4, cellWidth), cellHeight);
    }
  }
}

customElements.define("zs-heatmap", Heatmap);
