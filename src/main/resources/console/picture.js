// What drawn pictures of cells have in common: a canvas as wide as there is room, drawn when it is
// put on the page and whenever its width or the colours change, looked through with pointer or keys.

import { onColours, onWidth } from "/console/draw.js";
import { hide } from "/console/figures.js";

export class Picture extends HTMLElement {
  canvas = document.createElement("canvas");
  /** The cell that the keyboard has gone to. */
  focused;
  #sizes;
  #scheme;

  connectedCallback() {
    this.append(this.canvas);
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "img");
    this.#sizes = onWidth(this, () => this.repaint());
    this.#scheme = onColours(() => this.repaint());
    this.canvas.onpointermove = (event) => this.onPoint(event);
    this.canvas.onpointerleave = hide;
    this.canvas.onclick = (event) => this.onChoose(event);
    this.canvas.onkeydown = (event) => this.onKey(event);
    this.canvas.onblur = () => {
      this.focused = undefined;
      hide();
      this.repaint();
    };
    // What is shown may have been given before there was a place to draw it.
    this.repaint();
  }

  disconnectedCallback() {
    this.#sizes.disconnect();
    this.#scheme();
  }

  /** Draws it anew, once it is on the page and has something to show. */
  repaint() {
    if (!this.isConnected || !this.hasCells()) {
      return;
    }
    const width = this.clientWidth;
    const height = this.heightFor(width);
    const scale = devicePixelRatio;
    this.canvas.width = width * scale;
    this.canvas.height = height * scale;
    this.canvas.style.height = `${height}px`;
    const pen = this.canvas.getContext("2d");
    pen.scale(scale, scale);
    this.paint(pen, getComputedStyle(document.documentElement), width);
  }
}
