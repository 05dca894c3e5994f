// How short memory is, what was done about it, and shrinking before it is needed.

import { html, nothing } from "/console/lib/lit-html/lit-html.js";
import { call, get } from "/console/api.js";
import { chart } from "/console/chart.js";
import { redraw } from "/console/draw.js";
import { fact, write } from "/console/figures.js";
import { columns, live } from "/console/live.js";
import { Action, button, card, confirm, field, Polled } from "/console/parts.js";
import { table } from "/console/table.js";

const MIB = 1024 * 1024;
const STEPS = ["warmFrameBytes", "compactionBytes", "defragmentationBytes", "evictionBytes", "cacheEvictionBytes", "filePageBytes"];

const state = { releaseMib: 16, balloonMib: 0, leaseMinutes: 10, forecast: undefined };
const shrinking = new Action();
const ballooning = new Action();
const told = new Polled(() => get("/v1/memory/pressure"), 2_000);
const balloon = new Polled(() => get("/v1/memory/balloon"), 5_000);

export const pressure = {
  name: "pressure",
  title: "Pressure",

  enter() {
    told.start();
    balloon.start();
  },

  leave() {
    told.stop();
    balloon.stop();
  },

  view(context) {
    return html`<div class="cards">
      ${card("Now", stateView())}
      ${card("Steps since the start", stepsView(), { note: "In their order, from the cheapest to the one that hurts." })}
      ${card("Headroom against the watermarks", chart("headroom", ["headroom", "highMark", "lowMark", "minMark"],
        columns(["headroomBytes", "highBytes", "lowBytes", "minBytes"])), {
        isWide: true, note: "Below low the service shrinks until it is at high; below min writers wait." })}
      ${card("Stalls", chart("stall", ["stall"], columns(["stallPermille"])), { note: "Share of the time in which some task stood still for memory." })}
      ${card("Budget", chart("budget", ["frameBudget", "owned", "warm"], columns(["frameBudgetBytes", "ownedBytes", "warmBytes"])), { note: "What blobs may take, and what they take." })}
      ${card("Shrink", shrinkView(context), { note: "Gives memory back before it is needed, for instance before a container's limit is lowered." })}
      ${card("Balloon", balloonView(context), { note: "A standing cut of what blobs may take, for a neighbour that needs memory for a while." })}
      ${card("Decisions", decisions(), { isWide: true, note: "What the service still remembers." })}
    </div>`;
  },
};

function stateView() {
  const now = told.value;
  if (!now) {
    return told.pending();
  }
  return html`${told.warning()}
    <dl class="facts">
      ${fact("level", now.level)} ${fact("reason", now.reason)} ${fact("since", now.sinceMillis)}
      ${fact("headroom", now.headroomBytes)} ${fact("workingSet", now.workingSetBytes)}
      ${now.limitBytes === undefined ? nothing : fact("limit", now.limitBytes)} ${fact("available", now.availableBytes)}
      ${fact("minMark", now.watermarks.minBytes)} ${fact("lowMark", now.watermarks.lowBytes)} ${fact("highMark", now.watermarks.highBytes)}
      ${fact("stall", now.stallPermille)} ${fact("frameBudget", now.budget.frameBudgetBytes)} ${fact("owned", now.budget.usedBytes)}
      ${fact("waitingWriters", now.waitingWriters)} ${fact("oomEvents", now.oomEvents)}
    </dl>`;
}

function stepsTable(steps, name) {
  return table({
    name,
    rows: steps,
    empty: "No step was used yet.",
    columns: [
      { term: "step", isText: true, value: (row) => row.step },
      { term: "stepRuns", value: (row) => row.runs },
      { term: "stepBytes", value: (row) => row.releasedBytes },
      { term: "stepMillis", value: (row) => row.durationMillis },
    ],
  });
}

const stepsView = () => (told.value ? stepsTable(told.value.steps, "Steps") : told.pending());

function number(value, onInput, attributes = {}) {
  return html`<input type="number" min=${attributes.min ?? 0} step="1" .value=${String(value)} required
    @input=${(event) => {
      onInput(event.target.valueAsNumber);
      redraw();
    }} />`;
}

function shrinkView(context) {
  const may = context.may("operator");
  const isGiven = Number.isFinite(state.releaseMib) && state.releaseMib >= 0;
  return html`<form @submit=${(event) => event.preventDefault()}>
      ${field("Give back, in MiB", number(state.releaseMib, (value) => {
        state.releaseMib = value;
        if (state.forecast) {
          // What was said belongs to the other amount.
          state.forecast = undefined;
          shrinking.reset();
        }
      }))}
      <div class="actions">
        ${button("Dry run", () => shrinking.run(forecast), { isAllowed: context.may("reader"), isBusy: shrinking.isRunning || !isGiven, role: "reader" })}
        ${button("Shrink …", () => shrink(), { isAllowed: may, isBusy: shrinking.isRunning || !isGiven, isDanger: true })}
      </div>
    </form>
    ${shrinking.view()}
    ${state.forecast
      ? html`<dl class="facts" aria-label="Dry run">
          ${STEPS.map((name) => fact(name, state.forecast[name]))}
          ${fact("releaseBytes", state.forecast.releasedBytes)} ${fact("missingBytes", state.forecast.missingBytes)}
        </dl>`
      : nothing}`;
}

async function forecast() {
  const { releaseMib } = state;
  const told = await get("/v1/memory/shrink", { releaseBytes: releaseMib * MIB });
  if (releaseMib !== state.releaseMib) {
    return "";
  }
  state.forecast = told;
  return "Nothing was done. This is what each step would give:";
}

async function shrink() {
  const amount = write("rss", state.releaseMib * MIB);
  const isSure = await confirm({
    title: `Give back ${amount}?`,
    text: "Blobs of durable pools may leave memory and are read from the disk then; caches may lose blobs. Nothing grows back for a minute.",
    yes: "Shrink",
  });
  if (isSure) {
    await shrinking.run(async () => {
      const done = await call("POST", "/v1/memory/shrink", { json: { releaseBytes: state.releaseMib * MIB } });
      state.forecast = undefined;
      told.refresh();
      return `${done.outcome}: ${write("givenBackBytes", done.releasedBytes)} given back, ${write("missingBytes", done.missingBytes)} missing, in ${write("durationMillis", done.durationMillis)}.`;
    });
  }
}

function balloonView(context) {
  const may = context.may("operator");
  const now = balloon.value;
  return html`${now ? html`<dl class="facts">${fact("balloon", now.bytes)} ${fact("balloonReached", now.reachedBytes)}</dl>` : balloon.pending()}
    <form @submit=${(event) => event.preventDefault()}>
      ${field("Take off, in MiB", number(state.balloonMib, (value) => (state.balloonMib = value)))}
      ${field("For so many minutes", number(state.leaseMinutes, (value) => (state.leaseMinutes = value), { min: 1 }))}
      <div class="actions">
        ${button("Set …", () => setBalloon(), { isAllowed: may, isBusy: ballooning.isRunning || !(state.balloonMib > 0 && state.leaseMinutes > 0) })}
        ${button("Let it go", () => ballooning.run(letGo), { isAllowed: may, isBusy: ballooning.isRunning || !now?.bytes })}
      </div>
    </form>
    ${ballooning.view()}`;
}

async function setBalloon() {
  const wanted = { bytes: state.balloonMib * MIB, leaseSeconds: state.leaseMinutes * 60 };
  const isSure = await confirm({
    title: `Take off ${write("balloon", wanted.bytes)}?`,
    text: "Blobs of durable pools may leave memory and are read from the disk then; caches may lose blobs.",
    yes: "Set",
  });
  if (isSure) {
    await ballooning.run(async () => {
      const set = await call("POST", "/v1/memory/balloon", { json: wanted });
      balloon.refresh();
      return `Blobs may take ${write("balloon", set.bytes)} less now.`;
    });
  }
}

async function letGo() {
  await call("DELETE", "/v1/memory/balloon");
  balloon.refresh();
  return "Blobs may have it again; the budget grows back slowly.";
}

const DECISIONS = /^(PRESSURE_|LIMIT_|SHRINK_|BALLOON_)/;

const LEVELS = ["CALM", "TIGHT", "SQUEEZED", "REFUSING"];

/** Stands for no limit; numbers of this size are not exact here. */
const UNLIMITED = 2 ** 62;

const UNITS = [
  [/Bytes/, (value) => (value >= UNLIMITED ? "unlimited" : write("rss", value))],
  [/Millis/, (value) => write("durationMillis", value)],
  [/Permille/, (value) => write("stall", value)],
  [/Seconds/, (value) => write("ttl", value)],
  [/^(?=level)/, (value) => LEVELS[value] ?? String(value)],
  [/^(?=reached$)/, (value) => (value ? "yes" : "no")],
];

/** "headroomBytes: 1048576" is "headroom 1 MiB". */
function inWords(figures) {
  return Object.entries(figures)
    .map(([name, value]) => {
      const [unit, how] = UNITS.find(([pattern]) => pattern.test(name)) ?? [/$^/, String];
      const spoken = name.replace(unit, "").replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
      return `${spoken} ${how(value)}`;
    })
    .join(" · ");
}

function decisions() {
  return table({
    name: "Decisions",
    order: { column: "at", isDown: true },
    rows: live.events.filter((event) => DECISIONS.test(event.kind)),
    empty: live.eventsProblem || "Nothing had to be decided yet.",
    columns: [
      { term: "modified", key: "at", label: "At", isText: true, value: (row) => row.at, show: (row) => new Date(row.at).toLocaleTimeString() },
      { term: "decision", key: "kind", label: "What", isText: true, value: (row) => row.kind, show: (row) => row.kind.toLowerCase().replaceAll("_", " ") },
      { term: "figuresThen", key: "figures", label: "With", isText: true, value: (row) => inWords(row.figures), show: (row) => html`<span class="breakable">${inWords(row.figures)}</span>` },
    ],
  });
}
