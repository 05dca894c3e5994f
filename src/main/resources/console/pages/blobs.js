// Blobs one by one: look one up, see where it lies, put, get, delete.

import { html, nothing } from "/console/lib/lit-html/lit-html.js";
import { exchange, get, inPool } from "/console/api.js";
import { fact, write } from "/console/figures.js";
import { Action, button, card, confirm, field } from "/console/parts.js";
import { table } from "/console/table.js";

const PREVIEW_BYTES = 4096;
const LISTED = 50;

const state = { pool: undefined, handle: "", head: undefined, layout: undefined, preview: undefined, list: undefined, after: undefined, text: "", ttl: "" };
let isShown = false;
const looking = new Action();
const putting = new Action();
const listing = new Action();

export const blobs = {
  name: "blobs",
  title: "Blobs",
  hasPool: true,

  enter(context) {
    isShown = true;
    const isKnown = state.pool === context.pool && state.head !== undefined;
    const before = state.handle;
    if (state.pool === context.pool) {
      listing.run(() => list());
    }
    take(context);
    if (isKnown && before === state.handle) {
      // It may lie elsewhere by now.
      looking.run(lookAt);
    }
  },

  moved: take,

  leave() {
    isShown = false;
  },

  view(context) {
    const mayWrite = context.may("writer", state.pool);
    return html`<div class="cards">
      ${card("Look a blob up", lookUp(context, mayWrite))}
      ${card("Store a blob", store(mayWrite, context))}
      ${state.head ? card("Where it lies", layoutView(context), { isWide: true, note: "Its root names its blocks; a block lies in objects of up to a page each." }) : nothing}
      ${card("Some blobs of the pool", listView(context), { isWide: true, note: "In an order of the service's own." })}
    </div>`;
  },
};

function take(context) {
  const handle = context.parameters.get("handle") ?? "";
  const isOther = state.pool !== context.pool;
  if (isOther) {
    Object.assign(state, { pool: context.pool, list: undefined, after: undefined });
    putting.reset();
    listing.reset();
    listing.run(() => list());
  }
  if (isOther || handle !== state.handle) {
    Object.assign(state, { handle, head: undefined, layout: undefined, preview: undefined });
    looking.reset();
    if (handle) {
      looking.run(lookAt);
    }
  }
}

function lookUp(context, mayWrite) {
  return html`<form @submit=${(event) => {
      event.preventDefault();
      const handle = new FormData(event.target).get("handle").trim();
      if (handle === state.handle) {
        looking.run(lookAt);
      } else {
        context.go("blobs", { handle });
      }
    }}>
      ${field("Handle", html`<input name="handle" .value=${state.handle} required autocomplete="off" spellcheck="false" />`)}
      <div class="actions"><button type="submit" ?disabled=${looking.isRunning}>Look up</button>
        ${state.head ? html`${button("Show content", () => looking.run(show), { isAllowed: context.may("reader", state.pool), role: "reader" })}
          ${button("Save", () => looking.run(save), { isAllowed: context.may("reader", state.pool), role: "reader" })}
          ${button("Delete …", () => remove(context), { isAllowed: mayWrite, isDanger: true, role: "writer" })}` : nothing}
      </div>
    </form>
    ${looking.view()}
    ${state.head ? html`<dl class="facts">
      ${fact("blobSize", state.head.size)}
      ${state.layout ? html`${fact("blobStored", state.layout.storedSize)} ${fact("resident", state.layout.resident ? "in memory" : "in the journal only")}` : nothing}
      ${fact("etag", state.head.etag)} ${fact("modified", state.head.modified)}
      ${state.head.expires ? fact("expires", state.head.expires) : nothing}
    </dl>` : nothing}
    ${state.preview === undefined ? nothing : html`<pre tabindex="0" aria-label="Content">${state.preview}</pre>`}`;
}

const path = () => inPool(state.pool, "blobs", state.handle);

/** Takes over what was learnt about a blob, unless another is looked at meanwhile. */
function learn(place, told) {
  if (place === path()) {
    Object.assign(state, told);
  }
}

async function lookAt() {
  const place = path();
  state.head = state.layout = state.preview = undefined;
  const told = (await exchange("HEAD", place).catch((failure) => {
    throw failure.status === 404 ? new Error("There is no such blob in this pool.") : failure;
  })).headers;
  const head = {
    size: Number(told.get("Content-Length")),
    type: told.get("Content-Type"),
    etag: told.get("ETag"),
    modified: new Date(told.get("Last-Modified")).toLocaleString(),
    expires: told.get("Expires") ? new Date(told.get("Expires")).toLocaleString() : undefined,
  };
  learn(place, { head });
  learn(place, { layout: await get(`${place}/layout`) });
}

async function show() {
  const place = path();
  const isLong = state.head.size > PREVIEW_BYTES;
  const answer = await exchange("GET", place, isLong ? { headers: { Range: `bytes=0-${PREVIEW_BYTES - 1}` } } : {});
  const content = new Uint8Array(await answer.arrayBuffer());
  learn(place, { preview: written(content, isLong) });
  return isLong ? `The first ${write("blobSize", content.length)} of it.` : "";
}

/** Hands the whole content to the browser, as a file. */
async function save() {
  const { handle } = state;
  const answer = await exchange("GET", path());
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = handle;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
}

function written(content, isPart) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content, { stream: isPart });
  } catch {
    return hexOf(content);
  }
}

/** Offset, bytes and what of them is text, sixteen a line. */
function hexOf(content) {
  const lines = [];
  for (let at = 0; at < content.length; at += 16) {
    const line = [...content.subarray(at, at + 16)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = line.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${hex.padEnd(47)}  ${text}`);
  }
  return lines.join("\n");
}

async function remove(context) {
  const place = path();
  const gone = state.handle;
  const isSure = await confirm({
    title: "Delete this blob?",
    text: html`<code>${state.handle}</code> of pool ${state.pool} is gone for good then.`,
    yes: "Delete",
  });
  if (isSure && place === path()) {
    await looking.run(async () => {
      await exchange("DELETE", place);
      if (place === path() && isShown) {
        Object.assign(state, { head: undefined, layout: undefined, preview: undefined, handle: "" });
        history.replaceState(null, "", context.address("blobs", { pool: state.pool }));
      }
      listing.run(() => list());
      return `${gone} was deleted.`;
    });
  }
}

function store(mayWrite, context) {
  return html`<form @submit=${(event) => {
      event.preventDefault();
      const { handle, file } = event.target.elements;
      putting.run(() => put(handle.value.trim(), file.files[0], context));
    }}>
      ${field("Handle", html`<input name="handle" autocomplete="off" spellcheck="false" />`, "Empty: the service makes one.")}
      ${field("Content", html`<textarea rows="3" .value=${state.text} @input=${(event) => (state.text = event.target.value)}></textarea>`)}
      ${field("or a file", html`<input name="file" type="file" />`)}
      ${field("Life in seconds", html`<input type="number" min="1" .value=${state.ttl} @input=${(event) => (state.ttl = event.target.value)} />`, "Empty: as the pool says.")}
      <div class="actions"><button type="submit" ?disabled=${!mayWrite || putting.isRunning}>Store</button></div>
    </form>
    ${putting.view()}`;
}

async function put(handle, file, context) {
  const { pool } = state;
  const body = file ?? state.text;
  const options = { body, headers: { "Content-Type": file?.type || "text/plain;charset=UTF-8" }, query: { ttl: state.ttl } };
  const answer = handle
    ? await putUnlessThere(inPool(pool, "blobs", handle), handle, options)
    : await exchange("POST", inPool(pool, "blobs"), options);
  if (!answer) {
    return "Nothing was stored.";
  }
  const stored = handle || decodeURIComponent(answer.headers.get("Location").split("/").at(-1));
  if (pool === state.pool) {
    listing.run(() => list());
  }
  if (pool !== state.pool || !isShown) {
    return "";
  }
  if (stored === state.handle) {
    looking.run(lookAt);
  } else {
    context.go("blobs", { handle: stored });
  }
  return answer.status === 201 ? "Stored." : "Stored in place of what was there.";
}

/** Asks before something is replaced; answers nothing when that is not wanted. */
async function putUnlessThere(place, handle, options) {
  try {
    return await exchange("PUT", place, { ...options, headers: { ...options.headers, "If-None-Match": "*" } });
  } catch (failure) {
    if (failure.status !== 412) {
      throw failure;
    }
  }
  const isSure = await confirm({
    title: "Replace this blob?",
    text: html`There is a blob <code>${handle}</code> already; what it has is gone for good then.`,
    yes: "Replace",
  });
  return isSure ? exchange("PUT", place, options) : undefined;
}

function layoutView(context) {
  const layout = state.layout;
  if (!layout) {
    return html`<p class="soft">${looking.isRunning ? "Loading …" : "Where it lies is not known."}</p>`;
  }
  const rows = [
    { block: "root", codec: "–", size: undefined, chunk: layout.root },
    ...(layout.branches ?? []).map((chunk) => ({ block: "branch", codec: "–", chunk })),
    ...layout.blocks.flatMap((block) =>
      block.chunks.length ? block.chunks.map((chunk) => ({ ...block, chunk })) : [{ ...block, chunk: undefined }],
    ),
  ].map((row, at) => ({ ...row, at }));
  const ofChunk = (term, name = term) => ({
    term,
    value: (row) => row.chunk?.[name],
    show: (row) => (row.chunk?.[name] === undefined ? "–" : write(term, row.chunk[name])),
  });
  return table({
    name: "Blocks and objects",
    rows,
    columns: [
      { term: "block", isText: true, value: (row) => row.at, show: (row) => String(row.block) },
      { term: "codec", isText: true, value: (row) => row.codec },
      { term: "blobSize", value: (row) => row.size, show: (row) => (row.size === undefined ? "–" : write("blobSize", row.size)) },
      ofChunk("object"),
      ofChunk("class"),
      ofChunk("size"),
      ofChunk("zspage"),
      ofChunk("slot"),
      {
        term: "frame",
        value: (row) => row.chunk?.frame,
        show: (row) => row.chunk?.frame === undefined ? "–"
          : html`<a href=${context.address("arena", { pool: state.pool, frame: row.chunk.frame })}>${row.chunk.frame}</a>`,
      },
      ofChunk("offset"),
    ],
  });
}

async function list(after) {
  const { pool } = state;
  const told = await get(inPool(pool, "blobs"), { limit: LISTED, after });
  if (pool === state.pool) {
    state.list = told.blobs;
    state.after = told.next;
  }
}

function listView(context) {
  return html`${listing.view()}
    ${state.list
      ? table({
          name: "Blobs",
          rows: state.list,
          empty: "The pool is empty.",
          isChosen: (blob) => blob.handle === state.handle,
          onRow: (blob) => context.go("blobs", { handle: blob.handle }),
          columns: [
            { term: "object", key: "handle", label: "Handle", isText: true, value: (blob) => blob.handle, show: (blob) => html`<span class="breakable">${blob.handle}</span>` },
            { term: "blobSize", value: (blob) => blob.size },
            { term: "blobStored", value: (blob) => blob.storedSize },
            { term: "modified", isText: true, value: (blob) => blob.lastModified, show: (blob) => new Date(blob.lastModified).toLocaleString() },
          ],
        })
      : nothing}
    <div class="actions">
      <button type="button" @click=${() => listing.run(() => list())}>From the start</button>
      <button type="button" ?disabled=${!state.after} @click=${() => listing.run(() => list(state.after))}>Next ${LISTED}</button>
    </div>`;
}

