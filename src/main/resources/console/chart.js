// Lines over time, drawn by uPlot.

import { html } from "/console/lib/lit-html/lit-html.js";
import { onColours, onWidth } from "/console/draw.js";
import { TERMS } from "/console/terms.js";
import { write } from "/console/figures.js";

const STROKES = ["--line-1", "--line-2", "--line-3", "--line-4", "--line-5", "--line-6"];
const HEIGHT = 220;

/** So that bytes are marked at round numbers of KiB and MiB. */
const POWERS = Array.from({ length: 50 }, (none, at) => 2 ** at);

class TimeChart extends HTMLElement {
  #plot;
  #terms = [];
  #data = [[]];
  #sizes;
  #scheme;

  set data({ terms, columns }) {
    this.#data = columns;
    if (terms.join() !== this.#terms.join()) {
      this.#terms = terms;
      this.#drop();
    }
    this.#show();
  }

  /** What is drawn: times, then a column for each term. */
  get columns() {
    return this.#data;
  }

  connectedCallback() {
    this.#sizes = onWidth(this, () => this.#plot?.setSize({ width: this.#width(), height: HEIGHT }));
    this.#scheme = onColours(() => this.#redo());
    this.#show();
  }

  disconnectedCallback() {
    this.#sizes.disconnect();
    this.#scheme();
    this.#drop();
  }

  #redo() {
    this.#drop();
    this.#show();
  }

  #drop() {
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #width() {
    return Math.max(200, this.clientWidth);
  }

  #show() {
    if (!this.isConnected || this.#terms.length === 0) {
      return;
    }
    if (this.#plot) {
      this.#plot.setData(this.#data);
    } else {
      this.#plot = new uPlot(this.#options(), this.#data, this);
    }
    this.setAttribute("role", "img");
    this.setAttribute("aria-label", this.#spoken());
  }

  #spoken() {
    const newest = this.#terms.map((term, at) => `${TERMS[term].label} ${write(term, this.#data[at + 1]?.at(-1))}`);
    return `Over the last minutes, now: ${newest.join(", ")}`;
  }

  #options() {
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue("--ink-soft").trim();
    const grid = { stroke: style.getPropertyValue("--rule").trim(), width: 1 };
    const isBytes = TERMS[this.#terms[0]].unit.startsWith("bytes");
    const axis = { stroke: ink, grid, ticks: grid, font: "12px system-ui, sans-serif" };
    return {
      width: this.#width(),
      height: HEIGHT,
      cursor: { y: false },
      scales: { y: { range: (plot, least, most) => [Math.min(0, least ?? 0), (most || 1) * 1.05] } },
      axes: [axis, { ...axis, size: 78, ...(isBytes ? { incrs: POWERS } : {}), values: (plot, values) => values.map((value) => write(this.#terms[0], value)) }],
      series: [
        { label: "At", value: (plot, seconds) => (seconds ? new Date(seconds * 1000).toLocaleTimeString() : "") },
        ...this.#terms.map((term, at) => ({
          label: TERMS[term].label,
          stroke: style.getPropertyValue(STROKES[at % STROKES.length]).trim(),
          width: 2,
          value: (plot, value) => (value === null ? "" : write(term, value)),
        })),
      ],
    };
  }
}

customElements.define("zs-chart", TimeChart);

/** Lines over time. The first column is the time in seconds, the others are one for each term. */
export function chart(name, terms, columns) {
  return html`<zs-chart data-chart=${name} .data=${{ terms, columns }}></zs-chart>`;
}
