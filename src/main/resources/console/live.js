// What the service tells by itself: a sample every two seconds, and what happens. Both are bounded,
// and start anew when the service does.

import { get, listen } from "/console/api.js";
import { redraw } from "/console/draw.js";

const MOST_SAMPLES = 300;
/** More than the service keeps. */
const MOST_EVENTS = 600;
const SAMPLES_SILENCE_MILLIS = 20_000;
const EVENTS_SILENCE_MILLIS = 60_000;

export const live = {
  /** "open", "lost", "refused", or "connecting". */
  state: "connecting",
  /** Why it is not open, as the service said it. */
  problem: "",
  /** Of { atMillis, level, figures }, oldest first. */
  samples: [],
  /** Of { id, kind, at, pool, figures }, oldest first. */
  events: [],
  /** Why the events are not known; empty when they are. */
  eventsProblem: "What happened is not known yet.",
};

const eventListeners = new Set();
let stops = [];
let isWanted = false;

/** Calls back for each event; answers what ends that. */
export function onEvent(listener) {
  eventListeners.add(listener);
  return () => eventListeners.delete(listener);
}

/** Begins to listen. */
export function begin() {
  isWanted = true;
  // A tab may be opened behind the one that is looked at.
  if (!document.hidden) {
    resume();
  }
}

// A browser has six connections to a service for all its tabs; nobody looks at those behind.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    pause();
  } else if (isWanted) {
    resume();
  }
});

// A page that was left may be kept by the browser, streams and all, until somebody comes back.
addEventListener("pagehide", pause);
addEventListener("pageshow", (event) => event.persisted && isWanted && resume());

function resume() {
  pause();
  stops = [
    listen("/v1/memory/samples/stream", {
      silenceMillis: SAMPLES_SILENCE_MILLIS,
      onState: (state, problem) => {
        live.state = state;
        live.problem = problem?.message ?? "";
        if (state === "open") {
          fill();
        }
        redraw();
      },
      onEvent: (event) => {
        // It may be among those that were asked for.
        if (live.samples.at(-1)?.atMillis !== event.data.atMillis) {
          live.samples.push(event.data);
          live.samples.splice(0, live.samples.length - MOST_SAMPLES);
          redraw();
        }
      },
    }),
    listen("/v1/events", {
      startId: "0",
      silenceMillis: EVENTS_SILENCE_MILLIS,
      onState: (state, problem) => {
        if (state === "open") {
          live.events.length = 0;
          live.eventsProblem = "";
        } else {
          live.eventsProblem = `What happened is not known. ${problem?.message ?? "The service does not answer; it is asked again."}`;
        }
        redraw();
      },
      onEvent: (event) => {
        const told = { id: Number(event.id), ...event.data };
        live.events.push(told);
        if (live.events.length > MOST_EVENTS) {
          // How far something was says nothing once there is a result.
          live.events.splice(Math.max(0, live.events.findIndex((each) => each.kind.endsWith("_PROGRESS"))), 1);
        }
        eventListeners.forEach((listener) => listener(told));
        redraw();
      },
    }),
  ];
}

export function end() {
  isWanted = false;
  pause();
}

function pause() {
  stops.forEach((stop) => stop());
  stops = [];
}

async function fill() {
  try {
    const kept = await get("/v1/memory/samples");
    live.samples = kept.atMillis.map((atMillis, at) => ({
      atMillis,
      level: kept.levels[at],
      figures: Object.fromEntries(Object.entries(kept.figures).map(([name, values]) => [name, values[at]])),
    }));
    redraw();
  } catch {
    // The stream is lost, too, and comes back by itself.
  }
}

/** The newest sample's figures; empty before there is one. */
export const now = () => live.samples.at(-1)?.figures ?? {};

/** How fast a counter grew over the last samples, per second. */
export function rate(name, over = 5) {
  const newest = live.samples.at(-1);
  const older = live.samples.at(-1 - Math.min(over, live.samples.length - 1));
  return newest && older ? perSecond(older, newest, name) : undefined;
}

function perSecond(older, newer, name) {
  const millis = newer.atMillis - older.atMillis;
  const grown = newer.figures[name] - older.figures[name];
  return millis > 0 && grown >= 0 ? (grown * 1000) / millis : 0;
}

/** Times in seconds, and a column for each figure; rates for counters. */
export function columns(figures, rates = []) {
  const times = live.samples.map((sample) => sample.atMillis / 1000);
  const plain = figures.map((name) => live.samples.map((sample) => sample.figures[name] ?? null));
  const grown = rates.map((name) =>
    live.samples.map((sample, at) => (at === 0 ? null : perSecond(live.samples[at - 1], sample, name))),
  );
  return [times, ...plain, ...grown];
}
