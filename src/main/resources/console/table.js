// Tables that can be sorted by any column.

import { html, nothing } from "/console/lib/lit-html/lit-html.js";
import { redraw } from "/console/draw.js";
import { TERMS } from "/console/terms.js";
import { write } from "/console/figures.js";

const orders = new Map();

/** How a table is sorted now. */
const orderOf = (name, fallback) => orders.get(name) ?? fallback;

function sortBy(name, column, now) {
  orders.set(name, { column, isDown: now.column === column ? !now.isDown : true });
  redraw();
}

function sorted(rows, columns, order) {
  if (order.column === undefined) {
    return rows;
  }
  const column = columns.find((each) => each.term === order.column || each.key === order.column);
  if (!column) {
    return rows;
  }
  const direction = order.isDown ? -1 : 1;
  return rows.toSorted((one, other) => {
    const [a, b] = [column.value(one), column.value(other)];
    return direction * (typeof a === "string" ? a.localeCompare(b) : (a ?? -Infinity) - (b ?? -Infinity));
  });
}

/**
 * A table.
 *
 * @param name its caption, and what its order is kept by
 * @param columns of { term, key, label, value: row => sorted by, show: row => content, shade: row => 0 to 1 }
 * @param rows any objects
 * @param onRow when given, a row's first cell is a button that calls it
 */
export function table({ name, columns, rows, order = {}, onRow, isChosen = () => false, empty = "Nothing here." }) {
  const now = orderOf(name, order);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${name}>
    <table>
      <caption class="unseen">${name}</caption>
      <thead><tr>${columns.map((column) => head(name, column, now))}</tr></thead>
      <tbody>
        ${sorted(rows, columns, now).map(
          (row) => html`<tr class=${isChosen(row) ? "chosen" : ""}>
            ${columns.map((column, at) => cell(column, row, at === 0 ? onRow : undefined))}
          </tr>`,
        )}
        ${rows.length ? nothing : html`<tr><td colspan=${columns.length} class="soft text">${empty}</td></tr>`}
      </tbody>
    </table>
  </div>`;
}

function head(name, column, now) {
  const key = column.key ?? column.term;
  const isSorted = now.column === key;
  return html`<th scope="col" aria-sort=${isSorted ? (now.isDown ? "descending" : "ascending") : nothing}
    class=${column.isText ? "text" : ""}>
    <button class="head" type="button" data-term=${column.term} aria-describedby="term-${column.term}"
      @click=${() => sortBy(name, key, now)}>${column.label ?? TERMS[column.term].label}<span aria-hidden="true">${
        isSorted ? (now.isDown ? " ▾" : " ▴") : ""
      }</span></button>
  </th>`;
}

function cell(column, row, onRow) {
  const value = column.value(row);
  const content = column.show ? column.show(row) : write(column.term, value);
  const shade = column.shade ? Math.ceil(column.shade(row) * 8) : 0;
  return html`<td class="${column.isText ? "text" : ""} ${shade ? `shade-${shade}` : ""}" data-term=${column.term}
    data-column=${column.key ?? column.term} data-value=${value ?? ""}>${
      onRow ? html`<button class="link" type="button" @click=${() => onRow(row)}>${content}</button>` : content
    }</td>`;
}
