// Where the memory went, what is stored, and what goes on.

import { html, nothing, svg } from "/console/lib/lit-html/lit-html.js";
import { get } from "/console/api.js";
import { chart } from "/console/chart.js";
import { fact, write } from "/console/figures.js";
import { columns, live, now, rate } from "/console/live.js";
import { card, Polled } from "/console/parts.js";
import { table } from "/console/table.js";
import { TERMS } from "/console/terms.js";

const memory = new Polled(() => get("/v1/memory"), 10_000);

export const overview = {
  name: "overview",
  title: "Overview",

  enter: () => memory.start(),
  leave: () => memory.stop(),

  view() {
    return html`<div class="cards">
      ${card("Blobs", stored())} ${card("Requests", requests(), { note: "Over the last ten seconds." })}
      ${card("Where the memory is", parts(), {
        isWide: true,
        note: "What of this process is in RAM, by what for. The parts add up to its resident memory.",
      })}
      ${card("Memory over time", chart("memory", ["rss", "workingSet", "owned", "warm"],
        columns(["rssBytes", "workingSetBytes", "ownedBytes", "warmBytes"])), { note: "The last ten minutes." })}
      ${card("Requests over time", chart("requests", ["reads", "writes", "deletes", "refused"],
        columns([], ["reads", "writes", "deletes", "refused"])))}
    </div>`;
  },
};

function stored() {
  const figures = now();
  return html`<dl class="facts">
    ${fact("blobs", figures.blobs)} ${fact("logicalBytes", figures.logicalBytes)}
    ${fact("storedBytes", figures.storedBytes)} ${fact("poolBytes", figures.poolBytes)}
    ${fact("ratio", figures.logicalBytes ? figures.poolBytes / figures.logicalBytes : undefined)}
    ${fact("rss", figures.rssBytes)}
  </dl>`;
}

function requests() {
  return html`<dl class="facts">
    ${["reads", "writes", "deletes", "journalReads", "refused", "failed"].map((name) => fact(name, rate(name)))}
  </dl>`;
}

/** The parts of the resident memory, the largest first. */
function parts() {
  const told = memory.value;
  if (!told) {
    return memory.pending();
  }
  const rows = told.resident.toSorted((one, other) => other.bytes - one.bytes);
  const total = told.rssBytes ?? rows.reduce((sum, row) => sum + row.bytes, 0);
  const label = (row) => TERMS[row.part]?.label ?? row.part;
  return html`${memory.warning()}
    <svg class="bar" viewBox="0 0 1000 32" preserveAspectRatio="none" role="img"
      aria-label="Resident memory: ${rows.map((row) => `${label(row)} ${write("partBytes", row.bytes)}`).join(", ")}">
      ${rows.map((row, at) => {
        const before = rows.slice(0, at).reduce((sum, each) => sum + each.bytes, 0);
        return svg`<rect class="tone-${at % 12}" height="32" x=${(1000 * before) / total} width=${(1000 * Math.max(0, row.bytes)) / total}
          data-tip-title=${label(row)} data-tip="${write("partBytes", row.bytes)}. ${TERMS[row.part]?.text ?? ""}"></rect>`;
      })}
    </svg>
    ${table({
      name: "Resident memory by part",
      order: { column: "partBytes", isDown: true },
      rows: rows.map((row, at) => ({ ...row, at })),
      columns: [
        {
          term: "part",
          isText: true,
          value: label,
          show: (row) => html`<span class="key tone-${row.at % 12}" aria-hidden="true"></span>
            <span data-tip-title=${label(row)} data-tip=${TERMS[row.part]?.text ?? ""}>${label(row)}</span>`,
        },
        { term: "partBytes", value: (row) => row.bytes },
        { term: "partShare", value: (row) => (100 * row.bytes) / total },
      ],
    })}
    <dl class="facts">${fact("rss", told.rssBytes)}${live.samples.length ? fact("workingSet", now().workingSetBytes) : nothing}
      ${fact("totalFrames", told.frames.total * 4096)}${fact("backedPageblocks", told.pageblocks.backed)}</dl>`;
}
