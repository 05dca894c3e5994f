// Small parts that every page uses: cards, fields, messages, and the question before what cannot be
// undone.

import { html, nothing, render } from "/console/lib/lit-html/lit-html.js";
import { redraw } from "/console/draw.js";

/** A part of a page under a heading of its own. */
export function card(title, content, { note = nothing, actions = nothing, isWide = false } = {}) {
  return html`<section class="card ${isWide ? "wide" : ""}">
    <header><h2>${title}</h2><div class="actions">${actions}</div></header>
    ${note === nothing ? nothing : html`<p class="note">${note}</p>`} ${content}
  </section>`;
}

/** What a person asked for, while it runs and afterwards. */
export class Action {
  isRunning = false;
  message = "";
  isError = false;
  #turn = 0;

  /** Forgets what was said, and what is still to be said: something else is looked at now. */
  reset() {
    this.#turn++;
    this.isRunning = false;
    this.message = "";
    this.isError = false;
  }

  /** Runs something that answers what to say; a failure is said as it is. */
  async run(work) {
    if (this.isRunning) {
      return;
    }
    const turn = ++this.#turn;
    this.isRunning = true;
    this.message = "";
    redraw();
    let message = "";
    let isError = false;
    try {
      message = (await work()) ?? "";
    } catch (failure) {
      message = failure.message;
      isError = true;
    }
    if (turn === this.#turn) {
      Object.assign(this, { isRunning: false, message, isError });
      redraw();
    }
  }

  view() {
    return html`<p class="message ${this.isError ? "error" : ""}" role=${this.isError ? "alert" : "status"}>${
      this.isRunning ? "Working …" : this.message
    }</p>`;
  }
}

/** A button for operators; others see why they cannot press it. */
export function button(label, onClick, { isAllowed = true, isDanger = false, isBusy = false, role = "operator" } = {}) {
  return html`<button type="button" class=${isDanger ? "danger" : ""} ?disabled=${!isAllowed || isBusy}
    title=${isAllowed ? nothing : `This takes the role ${role}.`} @click=${onClick}>${label}</button>`;
}

/** A field of a form with its label. */
export function field(label, input, hint = "") {
  return html`<label class="field"><span>${label}</span>${input}${hint ? html`<small>${hint}</small>` : nothing}</label>`;
}

/**
 * Asks before something that cannot be undone.
 *
 * @param typed what has to be typed for a yes; nothing when a click will do
 * @return whether to go on
 */
export function confirm({ title, text, yes, typed }) {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "confirm-title");
  document.body.append(dialog);
  return new Promise((resolve) => {
    let written = "";
    const draw = () =>
      render(
        html`<form method="dialog">
          <h2 id="confirm-title">${title}</h2>
          <p>${text}</p>
          ${typed === undefined
            ? nothing
            : field(
                html`Type <strong>${typed}</strong> to go on`,
                html`<input autocomplete="off" @input=${(event) => {
                  written = event.target.value;
                  draw();
                }} @keydown=${(event) => {
                  // Enter would press the first button, and that is no.
                  if (event.key === "Enter") {
                    event.preventDefault();
                    if (written === typed) {
                      dialog.close("yes");
                    }
                  }
                }} />`,
              )}
          <div class="actions">
            <button value="no" type="submit" formnovalidate>Cancel</button>
            <button value="yes" type="submit" class="danger" ?disabled=${typed !== undefined && written !== typed}>${yes}</button>
          </div>
        </form>`,
        dialog,
      );
    draw();
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    dialog.showModal();
  });
}

/** Loads something again and again while a page is looked at, and says so when it cannot. */
export class Polled {
  value;
  problem = "";
  isForbidden = false;
  #timer;
  #load;
  #millis;
  #isStopped = true;
  #turn = 0;

  constructor(load, millis) {
    this.#load = load;
    this.#millis = millis;
  }

  start() {
    this.#isStopped = false;
    return this.refresh();
  }

  stop() {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Something else is to be loaded from now on. */
  forget() {
    this.#turn++;
    this.value = undefined;
    this.problem = "";
  }

  async refresh() {
    clearTimeout(this.#timer);
    // What was asked for before a later turn comes too late.
    const turn = ++this.#turn;
    this.isForbidden = false;
    if (!document.hidden) {
      try {
        const value = await this.#load();
        if (!this.#isStopped && turn === this.#turn) {
          this.value = value;
          this.problem = "";
        }
      } catch (failure) {
        if (turn === this.#turn) {
          this.problem = failure.message;
          this.isForbidden = Boolean(failure.isForbidden);
        }
      }
      redraw();
    }
    // What is forbidden would be so again.
    if (!this.isForbidden && !this.#isStopped && turn === this.#turn) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.refresh(), this.#millis);
    }
  }

  /** What to show instead of what has not come. */
  pending() {
    return this.problem
      ? html`<p class="message error" role="alert">${this.problem}</p>`
      : html`<p class="soft">Loading …</p>`;
  }

  /** Something is wrong though there is something to show. */
  warning() {
    return this.problem ? html`<p class="message error" role="alert">${this.problem} Shown is what was known before.</p>` : nothing;
  }
}
