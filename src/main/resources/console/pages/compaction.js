// What compaction and defragmentation would bring, and what they did.

import { html, nothing } from "/console/lib/lit-html/lit-html.js";
import { call, get, inPool } from "/console/api.js";
import { chart } from "/console/chart.js";
import { fact, write } from "/console/figures.js";
import { columns, live, onEvent } from "/console/live.js";
import { Action, button, card, Polled } from "/console/parts.js";
import { table } from "/console/table.js";

const TOGETHER_MILLIS = 100;

const state = { pool: undefined, stopListening: undefined, timer: undefined };
const compacting = new Action();
const defragmenting = new Action();
const stoppingCompaction = new Action();
const stoppingDefragmentation = new Action();
const preview = new Polled(() => get(inPool(state.pool, "compaction")), 3_000);
const blocks = new Polled(() => get("/v1/memory/defragmentation"), 3_000);

export const compaction = {
  name: "compaction",
  title: "Compaction",
  hasPool: true,

  enter(context) {
    take(context);
    state.stopListening = onEvent((event) => {
      if (/^(COMPACTION|DEFRAGMENTATION)_FINISHED$/.test(event.kind)) {
        // Many come at once when the stream begins.
        clearTimeout(state.timer);
        state.timer = setTimeout(refresh, TOGETHER_MILLIS);
      }
    });
    preview.start();
    blocks.start();
  },

  moved(context) {
    if (take(context)) {
      preview.refresh();
    }
  },

  leave() {
    state.stopListening?.();
    clearTimeout(state.timer);
    preview.stop();
    blocks.stop();
  },

  view(context) {
    return html`<div class="cards">
      ${card("Compaction", compactionView(context), {
        note: "Moves objects from emptier zspages to fuller ones of the same class, and frees the emptied ones.",
      })}
      ${card("Defragmentation", defragmentationView(context), {
        note: "Moves pages together, so that whole blocks of 2 MiB become free; for all pools.",
      })}
      ${card("Pages freed", chart("freed", ["compactedPages"], columns([], ["compactedPages"])), { note: "By compaction in all pools, the last ten minutes." })}
      ${card("Bytes returned to the system", chart("returned", ["releasedBytes"], columns([], ["releasedBytes"])), { note: "The last ten minutes, whatever for." })}
      ${card("History", history(), { isWide: true, note: "What the service still remembers." })}
    </div>`;
  },
};

/** Whether it is another pool. */
function take(context) {
  const isOther = state.pool !== context.pool;
  if (isOther) {
    state.pool = context.pool;
    preview.forget();
    compacting.reset();
    stoppingCompaction.reset();
  }
  return isOther;
}

function refresh() {
  preview.refresh();
  if (!blocks.isForbidden) {
    blocks.refresh();
  }
}

/** How far a job is by its last event, while it runs. */
function progress(kind, pool) {
  const last = live.events.findLast((event) => event.kind.startsWith(kind) && event.pool === pool);
  if (!last?.kind.endsWith("_PROGRESS")) {
    return nothing;
  }
  const [unit] = Object.keys(last.figures).filter((name) => name.endsWith("Done")).map((name) => name.slice(0, -4));
  const [done, goal] = [last.figures[`${unit}Done`], last.figures[`${unit}Goal`]];
  const text = `${done} of at most ${goal} ${unit}`;
  return html`<p><label>${text} <progress max=${goal} value=${done}>${text}</progress></label></p>`;
}

function compactionView(context) {
  const told = preview.value;
  if (!told) {
    return preview.pending();
  }
  const may = context.may("operator", state.pool);
  return html`${preview.warning()}
    <dl class="facts">${fact("reclaimablePages", told.reclaimablePages)} ${fact("reclaimableBytes", told.reclaimableBytes)}</dl>
    <div class="actions">
      ${button("Compact", () => compacting.run(compact), { isAllowed: may, isBusy: compacting.isRunning || told.running })}
      ${told.running ? button("Stop", () => stop(stoppingCompaction, inPool(state.pool, "compaction")), { isAllowed: may, isBusy: stoppingCompaction.isRunning }) : nothing}
    </div>
    ${progress("COMPACTION", state.pool)} ${compacting.view()} ${stoppingCompaction.view()}`;
}

const stop = (action, path) =>
  action.run(async () => {
    await call("DELETE", path);
    return "It was told to stop.";
  });

async function compact() {
  const told = await call("POST", inPool(state.pool, "compaction"));
  preview.refresh();
  return `${told.outcome}: ${write("freedPages", told.freedPages)} freed (${write("freedBytes", told.freedBytes)}), ${write("movedObjects", told.movedObjects)} moved, in ${write("durationMillis", told.durationMillis)}.`;
}

function defragmentationView(context) {
  const told = blocks.value;
  if (!told) {
    return blocks.pending();
  }
  const may = context.may("operator");
  return html`${blocks.warning()}
    <dl class="facts">${fact("sparePageblocks", told.sparePageblocks)}</dl>
    <div class="actions">
      ${button("Defragment", () => defragmenting.run(defragment), { isAllowed: may, isBusy: defragmenting.isRunning || told.running })}
      ${told.running ? button("Stop", () => stop(stoppingDefragmentation, "/v1/memory/defragmentation"), { isAllowed: may, isBusy: stoppingDefragmentation.isRunning }) : nothing}
    </div>
    ${progress("DEFRAGMENTATION")} ${defragmenting.view()} ${stoppingDefragmentation.view()}`;
}

async function defragment() {
  const told = await call("POST", "/v1/memory/defragmentation");
  blocks.refresh();
  return `${told.outcome}: ${write("freedPageblocks", told.freedPageblocks)} freed, ${write("migratedPages", told.migratedPages)} migrated, ${write("failedPages", told.failedPages)} stayed, ${write("givenBackBytes", told.givenBackBytes)} given back, in ${write("durationMillis", told.durationMillis)}.`;
}

function history() {
  const rows = live.events.filter((event) => /^(COMPACTION|DEFRAGMENTATION)_FINISHED$/.test(event.kind));
  const figure = (term) => ({ term, value: (row) => row.figures[term], show: (row) => (term in row.figures ? write(term, row.figures[term]) : "–") });
  return table({
    name: "Compactions and defragmentations",
    order: { column: "at", isDown: true },
    rows,
    empty: live.eventsProblem || "Nothing was compacted yet.",
    columns: [
      { term: "modified", key: "at", label: "At", isText: true, value: (row) => row.at, show: (row) => new Date(row.at).toLocaleTimeString() },
      { term: "step", key: "what", label: "What", isText: true, value: (row) => row.kind, show: (row) => (row.pool ? `Compaction of ${row.pool}` : "Defragmentation") },
      ...["freedPages", "movedObjects", "freedPageblocks", "migratedPages", "givenBackBytes", "durationMillis"].map(figure),
    ],
  });
}
