// A picture of cells, drawn at whatever width there is. With the keyboard: arrows, and Enter.

import { tipAt } from "/console/figures.js";
import { Picture } from "/console/picture.js";

const ROW_HEIGHT = 16;

class Heatmap extends Picture {
  #cells = [[]];
  #chosen;

  /** Rows of numbers, all of the same length. */
  set cells(cells) {
    this.#cells = cells;
    this.repaint();
  }

  set spoken(text) {
    this.canvas.setAttribute("aria-label", text);
  }

  set chosen(column) {
    this.#chosen = column;
    this.repaint();
  }

  /** (column, row) => [title, text] */
  describe = () => ["", ""];

  onPoint(event) {
    this.#tell(this.#at(event), event.clientX, event.clientY);
  }

  onChoose(event) {
    this.#choose(this.#at(event).column);
  }

  #at(event) {
    const box = this.canvas.getBoundingClientRect();
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

  onKey(event) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const now = this.focused ?? { column: this.#chosen ?? 0, row: this.#cells.length - 1 };
    if (event.key === "Enter") {
      this.#choose(now.column);
    } else if (steps[event.key]) {
      const [across, down] = steps[event.key];
      event.preventDefault();
      this.focused = {
        column: Math.min(this.#cells[0].length - 1, Math.max(0, now.column + across)),
        row: Math.min(this.#cells.length - 1, Math.max(0, now.row + down)),
      };
      this.repaint();
      const box = this.canvas.getBoundingClientRect();
      const title = this.describe(this.focused.column, this.focused.row);
      this.canvas.setAttribute("aria-label", title.join(": "));
      tipAt(
        box.left + ((this.focused.column + 0.5) * box.width) / this.#cells[0].length,
        box.top + (this.focused.row + 1) * ROW_HEIGHT,
        ...title,
      );
    }
  }

  hasCells() {
    return this.#cells[0].length > 0;
  }

  heightFor() {
    return this.#cells.length * ROW_HEIGHT;
  }

  paint(pen, style, width) {
    const cellWidth = width / this.#cells[0].length;
    const most = Math.log1p(Math.max(1, ...this.#cells.flat()));
    pen.fillStyle = style.getPropertyValue("--heat");
    this.#cells.forEach((line, row) =>
      line.forEach((value, column) => {
        if (value > 0) {
          pen.globalAlpha = 0.2 + (0.8 * Math.log1p(value)) / most;
          pen.fillRect(column * cellWidth, row * ROW_HEIGHT, Math.max(1, cellWidth - 0.5), ROW_HEIGHT - 1);
        }
      }),
    );
    pen.globalAlpha = 1;
    pen.strokeStyle = style.getPropertyValue("--ink");
    if (this.#chosen !== undefined) {
      pen.strokeRect(this.#chosen * cellWidth, 0, Math.max(3, cellWidth), this.heightFor());
    }
    if (this.focused) {
      pen.lineWidth = 2;
      pen.strokeRect(this.focused.column * cellWidth, this.focused.row * ROW_HEIGHT, Math.max(4, cellWidth), ROW_HEIGHT);
    }
  }
}

customElements.define("zs-heatmap", Heatmap);
