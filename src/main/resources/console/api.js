// Talks to the service: requests, streams of events, and who is signed in. Every page uses the API
// as anyone may; the contract is at /openapi.

const TOKEN = "zspool.token";
const UNREACHABLE = 0;

let refusedHandler = () => {};

/** A request that failed; its message is a sentence for people. */
export class Problem extends Error {
  constructor(status, code, sentence) {
    super(sentence);
    this.status = status;
    this.code = code;
  }

  /** Whether the service did not answer at all. */
  get isUnreachable() {
    return this.status === UNREACHABLE;
  }

  /** Whether it is of no use to ask again. */
  get isForbidden() {
    return this.status === 403;
  }
}

/** Calls back when the service wants to know who is asking. */
export function onRefused(handler) {
  refusedHandler = handler;
}

/** What is shown to the service; kept until the tab is closed. */
export function token() {
  return sessionStorage.getItem(TOKEN);
}

export function setToken(value) {
  if (value) {
    sessionStorage.setItem(TOKEN, value);
  } else {
    sessionStorage.removeItem(TOKEN);
  }
}

function headersWith(given) {
  const headers = new Headers(given);
  if (token()) {
    headers.set("Authorization", `Bearer ${token()}`);
  }
  return headers;
}

async function ask(path, options) {
  const shown = token();
  let answer;
  try {
    answer = await fetch(path, { ...options, headers: headersWith(options.headers), redirect: "error" });
  } catch (failure) {
    if (options.signal?.aborted) {
      throw failure;
    }
    throw new Problem(UNREACHABLE, "UNREACHABLE", "The service does not answer. It may be starting anew.");
  }
  if (!answer.ok && answer.status !== 304) {
    const problem = await problemOf(answer);
    // A late answer says nothing about who has signed in meanwhile.
    if (problem.status === 401 && shown === token()) {
      refusedHandler(problem);
    }
    throw problem;
  }
  return answer;
}

async function problemOf(answer) {
  let told = {};
  try {
    told = await answer.json();
  } catch {
    // HEAD has no body, and what is not from this service may have another.
  }
  const title = told.title ?? `The service answered ${answer.status}`;
  const fields = (told.errors ?? []).map((error) => `${error.field}: ${error.message}.`).join(" ");
  const detail = told.detail && told.detail !== `${title}.` ? ` ${told.detail}` : "";
  const problem = new Problem(answer.status, told.code ?? "", `${title}.${detail}${fields ? ` ${fields}` : ""}`);
  return problem;
}

function pathWith(path, query) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== "" && value !== null) {
      parameters.set(name, value);
    }
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

/** The JSON that a request is answered with; undefined when there is none. */
export async function call(method, path, { query, json, signal } = {}) {
  const options = { method, signal, headers: { Accept: "application/json" } };
  if (json !== undefined) {
    options.body = JSON.stringify(json);
    options.headers["Content-Type"] = "application/json";
  }
  const answer = await ask(pathWith(path, query), options);
  const text = await answer.text();
  return text ? JSON.parse(text) : undefined;
}

export const get = (path, query) => call("GET", path, { query });

/** A request whose body and answer are bytes. */
export async function exchange(method, path, { headers, body, query } = {}) {
  return ask(pathWith(path, query), { method, headers, body });
}

/** Path of a pool, or of something in it. */
export const inPool = (pool, ...parts) =>
  ["/v1/pools", pool, ...parts].map((part, at) => (at ? encodeURIComponent(part) : part)).join("/");

/**
 * Listens to a stream of events until told to stop; comes back by itself when the stream ends, or
 * when nothing comes though the service would say something. It does not go on where it was: a
 * service that started anew counts its events anew.
 *
 * @param path of the stream
 * @param onEvent is given each event: { id, name, data }
 * @param onState is told "open"; "lost", and the problem if there is one; or "refused", and why
 * @param startId the events behind this one are wanted too, each time
 * @param silenceMillis how long nothing comes from a stream that is dead
 * @return stops it
 */
export function listen(path, { onEvent, onState = () => {}, startId, silenceMillis }) {
  const stopped = new AbortController();
  let waitMillis = 500;

  async function run() {
    while (!stopped.signal.aborted) {
      let problem;
      try {
        await once();
      } catch (failure) {
        if (stopped.signal.aborted || failure.status === 401) {
          return;
        }
        if (failure.isForbidden) {
          onState("refused", failure);
          return;
        }
        problem = failure instanceof Problem ? failure : undefined;
      }
      onState("lost", problem);
      await new Promise((resume) => setTimeout(resume, waitMillis));
      waitMillis = Math.min(waitMillis * 2, 8000);
    }
  }

  async function once() {
    const dead = new AbortController();
    let timer;
    const heard = () => {
      clearTimeout(timer);
      timer = setTimeout(() => dead.abort(), silenceMillis);
    };
    heard();
    try {
      const headers = { Accept: "text/event-stream", ...(startId === undefined ? {} : { "Last-Event-ID": startId }) };
      const signal = AbortSignal.any([stopped.signal, dead.signal]);
      const answer = await ask(path, { method: "GET", headers, signal, cache: "no-store" });
      waitMillis = 500;
      onState("open");
      await read(answer.body, heard);
    } finally {
      clearTimeout(timer);
    }
  }

  async function read(body, heard) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) {
        return;
      }
      heard();
      const blocks = (rest + value).split(/\r?\n\r?\n/);
      rest = blocks.pop();
      blocks.forEach(take);
    }
  }

  function take(block) {
    const event = { name: "message", data: "" };
    for (const line of block.split(/\r?\n/)) {
      const colon = line.indexOf(":");
      const field = line.slice(0, colon);
      const text = line.slice(colon + 1).replace(/^ /, "");
      if (field === "id") {
        event.id = text;
      } else if (field === "event") {
        event.name = text;
      } else if (field === "data") {
        event.data += text;
      }
    }
    if (event.data) {
      onEvent({ ...event, data: JSON.parse(event.data) });
    }
  }

  run();
  return () => stopped.abort();
}
