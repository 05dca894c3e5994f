// The arena as a map: each cell a frame or more, coloured by what is in it; and a page's detail.

import { html, nothing } from "/console/lib/lit-html/lit-html.js";
import { call, get, inPool } from "/console/api.js";
import { redraw } from "/console/draw.js";
import { fact, write } from "/console/figures.js";
import "/console/map.js";
import { Action, button, card, Polled } from "/console/parts.js";
import { table } from "/console/table.js";
import { TERMS } from "/console/terms.js";

const FRAME_BYTES = 4096;
const CELLS = 1024;
const ZOOM = 16;
const STATES = ["used", "isolated", "warm", "released"];

const state = { first: undefined, frames: undefined, by: "state", frame: undefined, page: undefined, pool: undefined, lease: undefined, problem: "", turn: 0 };

let isShown = false;
let caller;
const action = new Action();
const shown = new Polled(() => lookAgain(), 3_000);
const map = new Polled(() => get("/v1/memory/map", { first: state.first, frames: state.frames, cells: CELLS }), 3_000);

export const arena = {
  name: "arena",
  title: "Arena",

  enter(context) {
    isShown = true;
    caller = context;
    take(context);
    shown.start();
    return map.start();
  },

  moved(context) {
    const before = [state.first, state.frames].join();
    take(context);
    if (before !== [state.first, state.frames].join()) {
      map.refresh();
    }
  },

  leave() {
    isShown = false;
    map.stop();
    shown.stop();
  },

  view(context) {
    const told = map.value;
    return html`${told ? map.warning() : map.pending()}
      <div class="cards">
        ${told ? card("Map of frames", picture(told, context), {
          isWide: true,
          note: html`Frames ${told.firstFrame} to ${told.firstFrame + told.frames - 1} of ${told.totalFrames}; a cell is
            ${write("cellFrames", told.framesPerCell)} (${write("rss", told.framesPerCell * FRAME_BYTES)}). A click, or Enter, goes closer.`,
          actions: zoomButtons(told, context),
        }) : nothing}
        ${state.frame === undefined ? nothing : card(`Frame ${state.frame}`, detail(context), {
          isWide: true,
          actions: html`<button type="button" @click=${() => close(context)}>Close</button>`,
        })}
      </div>`;
  },
};

function take(context) {
  const number = (name) => (context.parameters.has(name) ? Number(context.parameters.get(name)) : undefined);
  state.first = number("first");
  state.frames = number("frames");
  const frame = number("frame");
  if (frame !== undefined && state.first === undefined) {
    state.first = Math.floor(frame / 512) * 512;
    state.frames = 512;
  }
  if (frame !== state.frame) {
    state.frame = frame;
    state.page = undefined;
    state.lease = undefined;
    action.reset();
    if (frame !== undefined) {
      find(context);
    }
  }
}

function place({ first = state.first, frames = state.frames, frame } = {}) {
  return Object.fromEntries(Object.entries({ first, frames, frame }).filter(([, value]) => value !== undefined));
}

const close = (context) => context.go("arena", place());

function zoomButtons(told, context) {
  const isWhole = state.first === undefined;
  const wider = () => {
    const frames = told.frames * ZOOM;
    context.go("arena", frames >= told.totalFrames ? {} : { first: Math.max(0, Math.floor(told.firstFrame / frames) * frames), frames });
  };
  const knowsClasses = !told.used.some((frames) => frames > 0) || told.classes.some((index) => index >= 0);
  return html`<label class="check">Colour by
      <select @change=${(event) => {
        state.by = event.target.value;
        redraw();
      }}><option value="state" .selected=${state.by === "state"}>state</option>
        <option value="class" .selected=${state.by === "class"}>size class${knowsClasses ? "" : " (go closer)"}</option></select></label>
    <button type="button" ?disabled=${isWhole} @click=${wider}>Farther</button>
    <button type="button" ?disabled=${isWhole} @click=${() => context.go("arena")}>Whole arena</button>`;
}

function picture(told, context) {
  const sums = STATES.map((name) => told[name].reduce((sum, frames) => sum + frames, 0));
  return html`<zs-map .map=${told} .by=${state.by} .chosen=${state.frame}
      .spoken=${`Map of ${write("usedFrames", told.frames)}: ${STATES.map((name, at) => `${TERMS[`${name}Frames`].label} ${write(`${name}Frames`, sums[at])}`).join(", ")}`}
      .describe=${(at) => describe(told, at)}
      @choose=${(event) => choose(told, event.detail.at, context)}></zs-map>
    <ul class="legend" aria-label="Colours">
      ${STATES.map((name, at) => html`<li><span class="key map-${name}" aria-hidden="true"></span>
        <dl class="facts inline">${fact(`${name}Frames`, sums[at])}</dl></li>`)}
    </ul>
    ${state.by === "class" ? html`<p class="note">Used frames from blue, small slots, to red, large ones; grey where no class is told: tables, and views of more than 1 GiB.</p>` : nothing}`;
}

function describe(told, at) {
  const first = told.firstFrame + at * told.framesPerCell;
  const title = told.framesPerCell === 1 ? `Frame ${first}` : `Frames ${first} to ${first + told.framesPerCell - 1}`;
  const counts = STATES.filter((name) => told[name][at] > 0).map((name) => `${TERMS[`${name}Frames`].label.toLowerCase()} ${write(`${name}Frames`, told[name][at])}`);
  const owner = told.classes?.[at] >= 0
    ? ` ${told.framesPerCell === 1 ? "A page of" : "Mostly pages of"} pool ${told.poolNames[told.pools[at]]}, class ${told.classes[at]} (slots of ${write("size", told.classSizes[told.classes[at]])}).`
    : "";
  return [title, `${counts.join(", ")}.${owner}`];
}

function choose(told, at, context) {
  const first = told.firstFrame + at * told.framesPerCell;
  if (told.framesPerCell > 1) {
    const frames = Math.max(512, Math.min(told.framesPerCell * ZOOM, told.frames / ZOOM));
    context.go("arena", { first: Math.floor(first / frames) * frames, frames });
  } else if (told.classes[at] >= 0) {
    context.go("arena", { ...place({ frame: first }), pool: told.poolNames[told.pools[at]] });
  } else {
    context.go("arena", place({ frame: first }));
  }
}

const FREE = "No pool has a page in this frame: it is free, or holds a table.";

/** Shows the page in the frame, or says why there is none. */
async function find(context) {
  const wanted = state.frame;
  const turn = ++state.turn;
  let found = {};
  try {
    found = await pageIn(wanted, context);
  } catch (failure) {
    found.problem = failure.status === 404 ? FREE : failure.message;
  }
  // Nothing that was asked for before a step says what it has done.
  if (wanted === state.frame && turn === state.turn) {
    Object.assign(state, { problem: "", page: undefined, ...found });
    redraw();
  }
}

/** A lease ends, and a compaction or another operator moves what is shown. */
async function lookAgain() {
  if (state.frame !== undefined && !action.isRunning) {
    await find(caller);
  }
}

/** Whose page it is tells the map; who may not see that asks the pools that he may see. */
async function pageIn(frame, context) {
  const ask = async (pool) => ({ pool, page: await get(inPool(pool, "pages", String(frame))) });
  if (context.may("reader")) {
    const told = await get("/v1/memory/map", { first: frame, frames: 1, cells: 1 });
    return told.classes[0] < 0 ? { problem: FREE } : ask(told.poolNames[told.pools[0]]);
  }
  for (const { pool } of context.pools) {
    try {
      return await ask(pool);
    } catch (failure) {
      if (failure.status !== 404) {
        throw failure;
      }
    }
  }
  return { problem: "None of the pools that you may see has a page in this frame." };
}

function detail(context) {
  const page = state.page;
  if (!page) {
    return html`<p class=${state.problem ? "message" : "soft"} role="status">${state.problem || "Loading …"}</p>${action.view()}`;
  }
  const mayMove = context.may("operator", state.pool);
  const move = (step, then) => button(
    { isolate: "Isolate", migrate: "Migrate", putback: "Put back" }[step],
    () => action.run(() => then(page.frame)),
    { isAllowed: mayMove, isBusy: action.isRunning || (step === "isolate") === page.isolated },
  );
  return html`<div class="actions moves">
      ${move("isolate", isolate)} ${move("migrate", (frame) => migrate(frame, context))} ${move("putback", putBack)}
    </div>
    ${action.view()}
    <dl class="facts">
      <div class="fact"><dt>${TERMS.pool.label}</dt><dd><a href=${context.address("classes", { pool: state.pool, class: page.class })}>${state.pool}, class ${page.class}</a></dd></div>
      ${fact("size", page.size)} ${fact("zspage", page.zspage)} ${fact("position", page.position)}
      ${fact("pages_per_zspage", page.pagesPerZspage)} ${fact("objectsOfZspage", page.zspageObjects)}
      ${fact("slotsOfZspage", page.zspageSlots)} ${fact("objectsOnPage", page.objects)}
      <div class="fact"><dt>State</dt><dd data-fact="isolated">${page.isolated ? "isolated" : "in use"}</dd></div>
      ${page.leaseExpiresAt ? fact("lease", new Date(page.leaseExpiresAt).toLocaleTimeString()) : nothing}
    </dl>
    <p>Frames of its zspage: ${page.chain.map((frame) => html`<a class="frame" href=${context.address("arena", { pool: context.pool, ...place({ frame }) })}
      aria-current=${frame === page.frame ? "true" : nothing}>${frame}</a> `)}</p>
    ${table({
      name: "Objects on the page",
      order: { column: "offset", isDown: false },
      rows: page.slots,
      empty: "No object has a byte on this page.",
      columns: [
        { term: "slot", value: (slot) => slot.slot },
        { term: "object", value: (slot) => slot.object },
        { term: "offset", value: (slot) => slot.offset },
      ],
    })}`;
}

const step = (frame, name, query) => call("POST", inPool(state.pool, "pages", String(frame), name), { query });

/** Shows a frame anew, unless something else is looked at meanwhile. */
async function again(frame, { lease } = {}, now = frame) {
  const page = await get(inPool(state.pool, "pages", String(now)));
  if (frame === state.frame && isShown) {
    state.turn++;
    Object.assign(state, { frame: now, page, lease });
    map.refresh();
  }
}

async function isolate(frame) {
  const told = await step(frame, "isolate");
  await again(frame, told);
  return `${told.outcome}: the page stays readable, and nothing moves it or is put on it until ${new Date(told.expiresAt).toLocaleTimeString()}.`;
}

async function migrate(frame, context) {
  const told = await step(frame, "migrate", { lease: state.lease });
  await again(frame, {}, told.target);
  if (isShown && state.frame === told.target) {
    history.replaceState(null, "", context.address("arena", { pool: context.pool, ...place({ frame: told.target }) }));
  }
  return `${told.outcome}: from frame ${told.frame} to frame ${told.target}. Every handle stayed the same.`;
}

async function putBack(frame) {
  const told = await step(frame, "putback", { lease: state.lease });
  await again(frame);
  return `${told.outcome}: the page is in use as before.`;
}
