// The pools: make one, change its limits, destroy it.

import { html, nothing } from "/console/lib/lit-html/lit-html.js";
import { call, get, inPool } from "/console/api.js";
import { write } from "/console/figures.js";
import { Action, button, card, confirm, field, Polled } from "/console/parts.js";
import { table } from "/console/table.js";

const MIB = 1024 * 1024;
const NEW = { name: "", limitMib: 64, maxBlobMib: 64, ttl: 0, durability: "sync", full: "reject", chainSize: 8 };

const state = { chosen: undefined, draft: { ...NEW } };
let isShown = false;
const action = new Action();
const all = new Polled(() => get("/v1/pools"), 3_000);

export const pools = {
  name: "pools",
  title: "Pools",

  enter(context) {
    isShown = true;
    moved(context);
    all.start();
  },

  moved,

  leave() {
    isShown = false;
    all.stop();
  },

  view(context) {
    if (!all.value) {
      return all.pending();
    }
    const chosen = all.value.pools.find((each) => each.pool === state.chosen);
    return html`${all.warning()}
      <div class="cards">
        ${card("Pools", list(context), { isWide: true })}
        ${chosen ? card(`Pool ${chosen.pool}`, form(chosen, context), {
          actions: html`<button type="button" @click=${() => context.go("pools")}>Close</button>`,
        }) : card("Make a pool", form(undefined, context))}
      </div>`;
  },
};

function moved(context) {
  const wanted = context.parameters.get("edit") ?? undefined;
  if (wanted !== state.chosen) {
    state.chosen = wanted;
    state.draft = undefined;
    action.reset();
  }
}

function list(context) {
  const plain = (term, name) => ({ term, value: (row) => row[name] });
  const setting = (term, name, isText = false) => ({ term, isText, value: (row) => row.settings[name] });
  return table({
    name: "Pools",
    order: { column: "pool", isDown: false },
    rows: all.value.pools,
    isChosen: (row) => row.pool === state.chosen,
    onRow: (row) => context.go("pools", { edit: row.pool }),
    columns: [
      { term: "pool", isText: true, value: (row) => row.pool },
      plain("blobs", "blobs"),
      plain("logicalBytes", "orig_data_size"),
      plain("storedBytes", "compr_data_size"),
      plain("poolBytes", "mem_used_total"),
      plain("poolLimit", "mem_limit"),
      plain("poolPeak", "mem_used_max"),
      plain("huge", "huge_pages"),
      plain("same", "same_pages"),
      plain("inJournal", "bd_count"),
      setting("durability", "durability", true),
      setting("full", "full", true),
      {
        term: "ttl",
        value: (row) => row.settings.defaultTtlSeconds,
        show: (row) => (row.settings.defaultTtlSeconds ? write("ttl", row.settings.defaultTtlSeconds) : "for ever"),
      },
      setting("chainSize", "chainSize"),
    ],
  });
}

function draftOf(pool) {
  const { settings } = pool;
  return {
    name: pool.pool,
    limitMib: settings.limitBytes / MIB,
    maxBlobMib: settings.maxBlobBytes / MIB,
    ttl: settings.defaultTtlSeconds,
    durability: settings.durability,
    full: settings.full,
    chainSize: settings.chainSize,
  };
}

function form(pool, context) {
  state.draft ??= pool ? draftOf(pool) : { ...NEW };
  const draft = state.draft;
  const may = context.may("operator", pool?.pool);
  const number = (name, least) => html`<input type="number" min=${least} step="any" required .value=${String(draft[name])}
    @input=${(event) => (draft[name] = event.target.valueAsNumber)} />`;
  const choice = (name, values) => html`<select @change=${(event) => (draft[name] = event.target.value)}>
    ${values.map((value) => html`<option value=${value} .selected=${draft[name] === value}>${value}</option>`)}</select>`;
  return html`<form @submit=${(event) => {
      event.preventDefault();
      save(pool, context);
    }}>
      ${pool ? nothing : field("Name", html`<input required pattern="[a-z0-9][a-z0-9\\-]{0,62}" .value=${draft.name} autocomplete="off" spellcheck="false"
        @input=${(event) => (draft.name = event.target.value)} />`, "Small letters, digits and hyphens.")}
      ${field("Limit of its pages, in MiB", number("limitMib", 0))}
      ${field("Largest blob, in MiB", number("maxBlobMib", 0))}
      ${field("Life of blobs, in seconds", number("ttl", 0), "0: for ever.")}
      ${field("Durability", choice("durability", ["sync", "async", "none"]), "sync: on the disk before the answer. async: within 100 ms. none: in memory only.")}
      ${field("When full", choice("full", ["reject", "evict"]), "evict makes room by deleting others, and takes durability none.")}
      <div class="actions">
        <button type="submit" ?disabled=${!may || action.isRunning}>${pool ? "Change" : "Make"}</button>
        ${pool ? button("Destroy …", () => destroy(pool, context), { isAllowed: may, isDanger: true, isBusy: action.isRunning }) : nothing}
      </div>
    </form>
    ${action.view()}`;
}

function save(pool, context) {
  const { name, limitMib, maxBlobMib, ttl, durability, full } = state.draft;
  return action.run(async () => {
    // The API would change it.
    if (!pool && all.value.pools.some((each) => each.pool === name)) {
      throw new Error(`There is a pool ${name} already. Choose it in the table to change it.`);
    }
    await call("PUT", inPool(name), {
      json: {
        limitBytes: Math.round(limitMib * MIB),
        maxBlobBytes: Math.round(maxBlobMib * MIB),
        defaultTtlSeconds: ttl,
        durability,
        full,
      },
    });
    if (state.chosen === pool?.pool) {
      state.draft = undefined;
    }
    await all.refresh();
    context.refreshPools();
    return pool ? `Pool ${name} was changed.` : `Pool ${name} was made.`;
  });
}

async function destroy(pool, context) {
  const isSure = await confirm({
    title: `Destroy pool ${pool.pool}?`,
    text: `Its ${write("blobs", pool.blobs)} are gone for good then, ${write("logicalBytes", pool.orig_data_size)} in all.`,
    yes: "Destroy",
    typed: pool.pool,
  });
  if (isSure) {
    await action.run(async () => {
      await call("DELETE", inPool(pool.pool), { query: { force: pool.blobs > 0 ? "true" : undefined } });
      await all.refresh();
      context.refreshPools();
      if (isShown && state.chosen === pool.pool) {
        history.replaceState(null, "", context.address("pools", { pool: context.pool === pool.pool ? "default" : context.pool }));
        state.chosen = undefined;
        state.draft = undefined;
      }
      return `Pool ${pool.pool} was destroyed.`;
    });
  }
}

