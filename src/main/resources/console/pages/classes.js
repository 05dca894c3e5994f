// How full the zspages of each size class are, and what is on them.

import { html, nothing } from "/console/lib/lit-html/lit-html.js";
import { get, inPool } from "/console/api.js";
import { redraw } from "/console/draw.js";
import { fact, write } from "/console/figures.js";
import "/console/heatmap.js";
import { card, Polled } from "/console/parts.js";
import { table } from "/console/table.js";

const GROUPS = ["10%", "20%", "30%", "40%", "50%", "60%", "70%", "80%", "90%", "99%", "100%"];
const PAGES_AT_ONCE = 100;

const state = { pool: undefined, chosen: undefined, isAll: false, pages: undefined, next: undefined, problem: "", turn: 0, counts: undefined, isGoingOn: false };

const classesOf = new Polled(async () => {
  const told = await get(inPool(state.pool, "classes"));
  const chosen = told.classes.find((row) => row.class === state.chosen);
  const counts = chosen && [chosen.pages_used, chosen.obj_used, chosen.isolated].join();
  // The list goes with the numbers above it, unless somebody has asked for more of it.
  if (counts !== state.counts && state.pages && state.pages.length <= PAGES_AT_ONCE && !state.isGoingOn) {
    loadPages();
  }
  state.counts = counts;
  return told;
}, 3_000);

export const classes = {
  name: "classes",
  title: "Classes",
  hasPool: true,

  enter(context) {
    // Its pages may be others meanwhile.
    state.chosen = undefined;
    take(context);
    return classesOf.start();
  },

  moved(context) {
    if (take(context)) {
      classesOf.refresh();
    }
  },

  leave: () => classesOf.stop(),

  view(context) {
    const told = classesOf.value?.classes;
    if (!told) {
      return classesOf.pending();
    }
    const used = told.filter((row) => row.pages_used > 0);
    const chosen = told.find((row) => row.class === state.chosen);
    return html`${classesOf.warning()}
      <div class="cards">
        ${card("Fullness by class", heatmap(told, context), {
          isWide: true,
          note: "A column for each size class, small ones left; a row for each fullness group, full zspages at the top. The darker, the more zspages. Many zspages in the lower rows are what compaction frees.",
        })}
        ${chosen ? card(html`Class ${chosen.class}: slots of ${write("size", chosen.size)}`, detail(chosen, context), {
          isWide: true,
          actions: html`<button type="button" @click=${() => context.go("classes")}>Close</button>`,
        }) : nothing}
        ${card("All size classes", rowsView(state.isAll ? told : used, context), {
          isWide: true,
          note: state.isAll ? `All ${told.length} classes.` : `The ${used.length} of ${told.length} classes that have pages.`,
          actions: html`<label class="check"><input type="checkbox" .checked=${state.isAll} @change=${(event) => {
            state.isAll = event.target.checked;
            redraw();
          }} /> empty classes, too</label>`,
        })}
      </div>`;
  },
};

function heatmap(told, context) {
  const cells = GROUPS.toReversed().map((group) => told.map((row) => row.zspages[group]));
  const column = told.findIndex((row) => row.class === state.chosen);
  const most = told.reduce((best, row) => (row.freeable > (best?.freeable ?? 0) ? row : best), undefined);
  const spoken = `${told.length} classes by ${GROUPS.length} groups. ${
    most ? `Compaction would free most in class ${most.class}: ${write("freeable", most.freeable)}.` : "Compaction would free nothing."
  }`;
  return html`<zs-heatmap .cells=${cells} .spoken=${spoken} .chosen=${column < 0 ? undefined : column}
      .describe=${(column, row) => [
        `class ${told[column].class}, slots of ${write("size", told[column].size)}`,
        `${write("zspages", cells[row][column])} that are up to ${GROUPS.toReversed()[row]} full; compaction would free ${write("freeable", told[column].freeable)}`,
      ]}
      @choose=${(event) => context.go("classes", { class: told[event.detail.column].class })}></zs-heatmap>
    <p class="axis"><span>${write("size", told[0].size)}</span><span>slot size</span><span>${write("size", told.at(-1).size)}</span></p>`;
}

function rowsView(rows, context) {
  const most = Math.max(1, ...rows.flatMap((row) => Object.values(row.zspages)));
  const plain = (name) => ({ term: name, value: (row) => row[name] });
  return table({
    name: "Size classes",
    order: { column: "class", isDown: false },
    rows,
    empty: "This pool has no pages.",
    isChosen: (row) => row.class === state.chosen,
    onRow: (row) => context.go("classes", { class: row.class }),
    columns: [
      plain("class"),
      plain("size"),
      ...GROUPS.map((group) => ({
        term: "zspages",
        key: group,
        label: group,
        value: (row) => row.zspages[group],
        show: (row) => (row.zspages[group] ? String(row.zspages[group]) : "·"),
        shade: (row) => Math.log1p(row.zspages[group]) / Math.log1p(most),
      })),
      plain("obj_allocated"),
      plain("obj_used"),
      plain("pages_used"),
      plain("pages_per_zspage"),
      plain("freeable"),
      plain("isolated"),
    ],
  });
}

/** Whether it is another pool. */
function take(context) {
  const isOther = state.pool !== context.pool;
  if (isOther) {
    state.pool = context.pool;
    state.chosen = undefined;
    classesOf.forget();
  }
  choose(context.parameters.get("class"));
  return isOther;
}

function choose(text) {
  const chosen = text === null ? undefined : Number(text);
  if (chosen === state.chosen) {
    return;
  }
  Object.assign(state, { chosen, pages: undefined, next: undefined, problem: "", turn: state.turn + 1, isGoingOn: false });
  if (chosen !== undefined) {
    loadPages();
  }
}

async function loadPages(after) {
  const turn = ++state.turn;
  state.isGoingOn = after !== undefined;
  let told = {};
  let problem = "";
  try {
    told = await get(inPool(state.pool, "pages"), { class: state.chosen, limit: PAGES_AT_ONCE, after });
  } catch (failure) {
    problem = failure.message;
  }
  if (turn === state.turn) {
    state.isGoingOn = false;
    state.problem = problem;
    if (!problem) {
      state.pages = after === undefined ? told.pages : [...state.pages, ...told.pages];
      state.next = told.next;
    }
    redraw();
  }
}

function detail(row, context) {
  return html`<dl class="facts">
      ${["obj_allocated", "obj_used", "pages_used", "pages_per_zspage", "freeable", "isolated"].map((name) => fact(name, row[name]))}
    </dl>
    ${state.problem ? html`<p class="message error" role="alert">${state.problem}</p>` : nothing}
    ${state.pages ? pagesView(context) : state.problem ? nothing : html`<p class="soft">Loading …</p>`}`;
}

function pagesView(context) {
  return html`${table({
      name: "Pages of the class",
      order: { column: "frame", isDown: false },
      rows: state.pages,
      empty: "This class has no pages.",
      onRow: (page) => context.go("arena", { frame: page.frame }),
      columns: [
        { term: "frame", value: (page) => page.frame },
        { term: "zspage", value: (page) => page.zspage },
        { term: "position", value: (page) => page.position, show: (page) => `${page.position} of ${page.pagesPerZspage}` },
        { term: "objectsOfZspage", value: (page) => page.zspageObjects },
        { term: "slotsOfZspage", value: (page) => page.zspageSlots },
        { term: "objectsOnPage", value: (page) => page.objects },
        {
          term: "isolatedFrames",
          key: "isolated",
          label: "Isolated",
          isText: true,
          value: (page) => (page.isolated ? 1 : 0),
          show: (page) => (page.isolated ? "isolated" : "no"),
        },
      ],
    })}
    ${state.next === undefined ? nothing : html`<button type="button" @click=${() => loadPages(state.next)}>More pages</button>`}`;
}
