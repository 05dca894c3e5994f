// How numbers are written, each with its unit and what it means.

import { html, nothing } from "/console/lib/lit-html/lit-html.js";
import { TERMS } from "/console/terms.js";

const BYTES = ["B", "KiB", "MiB", "GiB", "TiB"];
const COUNT = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const FINE = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const COARSE = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** 1536 is "1.5 KiB". */
export function bytes(value) {
  let size = Math.abs(value);
  let at = 0;
  while (size >= 1024 && at < BYTES.length - 1) {
    size /= 1024;
    at++;
  }
  const text = at === 0 ? COUNT.format(size) : (size < 100 ? FINE : COARSE).format(size);
  return `${value < 0 ? "−" : ""}${text} ${BYTES[at]}`;
}

export const count = (value) => COUNT.format(value);

export function duration(seconds) {
  if (seconds < 1) {
    return `${COUNT.format(seconds * 1000)} ms`;
  }
  if (seconds < 120) {
    return `${COARSE.format(seconds)} s`;
  }
  return seconds < 7200 ? `${COARSE.format(seconds / 60)} min` : `${COARSE.format(seconds / 3600)} h`;
}

const WRITERS = {
  bytes,
  exactBytes: (value) => `${COUNT.format(value)} B`,
  seconds: duration,
  millis: (value) => duration(value / 1000),
  perSecond: (value) => `${(value < 10 ? FINE : COUNT).format(value)}/s`,
  bytesPerSecond: (value) => `${bytes(value)}/s`,
  percent: (value) => `${COARSE.format(value)} %`,
  permille: (value) => `${COARSE.format(value / 10)} %`,
  ratio: (value) => FINE.format(value),
};

/** A number in the unit of its term; what is not known is said so. */
export function write(term, value) {
  if (value === undefined || value === null || Number.isNaN(value)) {
    return "not known";
  }
  const unit = TERMS[term].unit;
  if (WRITERS[unit]) {
    return WRITERS[unit](value);
  }
  return unit ? `${count(value)} ${value === 1 ? unit.replace(/s$/, "") : unit}` : String(value);
}

/** The same, to be looked at: what it means is told on hover and focus. */
export function figure(term, value) {
  return html`<span class="figure" tabindex="0" data-term=${term} aria-describedby="term-${term}">${write(term, value)}</span>`;
}

/** A label and its number, for a list of them. */
export function fact(term, value, more = nothing) {
  return html`<div class="fact"><dt>${TERMS[term].label}</dt><dd data-fact=${term} data-value=${value ?? ""}>${figure(term, value)}${more}</dd></div>`;
}

/** A word that is explained on hover and focus. */
export function word(term, text = TERMS[term].label) {
  return html`<span class="figure" tabindex="0" data-term=${term} aria-describedby="term-${term}">${text}</span>`;
}

/** The explanations, for those who hear the page. */
export function dictionary() {
  return html`<div hidden>
    ${Object.entries(TERMS).map(([name, term]) => html`<span id="term-${name}">${term.label}: ${term.text}</span>`)}
  </div>`;
}

let tip;
let tipFor;

/** Shows the explanation of whatever has the pointer or the focus. */
export function explainOnHover(root) {
  tip = document.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);
  const show = (event) => {
    const about = event.target.closest?.("[data-term], [data-tip]");
    if (!about) {
      hide();
    } else if (about !== tipFor) {
      tipFor = about;
      fillTip(about);
      place(about.getBoundingClientRect());
    }
  };
  root.addEventListener("pointerover", show);
  root.addEventListener("focusin", show);
  root.addEventListener("focusout", hide);
  root.addEventListener("pointerleave", hide);
  document.addEventListener("scroll", hide, { passive: true, capture: true });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
}

function fillTip(about) {
  const term = TERMS[about.dataset.term];
  const heading = document.createElement("strong");
  heading.textContent = about.dataset.tipTitle ?? term?.label ?? "";
  tip.replaceChildren(heading, about.dataset.tip ?? term?.text ?? "");
}

/** Shows a text at a place of the window. */
export function tipAt(x, y, title, text) {
  const heading = document.createElement("strong");
  heading.textContent = title;
  tip.replaceChildren(heading, text);
  tipFor = undefined;
  place({ left: x, right: x, top: y, bottom: y });
}

function place(box) {
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.min(Math.max(8, box.left), innerWidth - width - 8);
  const below = box.bottom + 8;
  tip.style.left = `${left}px`;
  tip.style.top = `${below + height > innerHeight ? Math.max(8, box.top - height - 8) : below}px`;
}

export function hide() {
  tipFor = undefined;
  if (tip) {
    tip.hidden = true;
  }
}
