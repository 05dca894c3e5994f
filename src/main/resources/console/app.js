// The shell: navigation, who is asking, and the page that is looked at.

import { html, nothing, render } from "/console/lib/lit-html/lit-html.js";
import { get, onRefused, setToken, token } from "/console/api.js";
import { drawWith, redraw } from "/console/draw.js";
import { dictionary, explainOnHover, hide, word, write } from "/console/figures.js";
import { begin, end, live, now } from "/console/live.js";
import { isReturning, offered, signInView, takeReturn } from "/console/signin.js";
import { arena } from "/console/pages/arena.js";
import { blobs } from "/console/pages/blobs.js";
import { classes } from "/console/pages/classes.js";
import { compaction } from "/console/pages/compaction.js";
import { overview } from "/console/pages/overview.js";
import { pools } from "/console/pages/pools.js";
import { pressure } from "/console/pages/pressure.js";

const PAGES = [overview, classes, arena, compaction, pressure, blobs, pools];
const THEMES = ["auto", "light", "dark"];
const DEFAULT_POOL = "default";
const POOLS_MILLIS = 10_000;

const app = {
  page: undefined,
  identity: undefined,
  isSigningIn: false,
  refusal: "",
  pools: [],
  theme: localStorage.getItem("zspool.theme") ?? "auto",
};

/** What pages see of the shell: where they are, and what the caller may do. */
export const context = {
  pool: DEFAULT_POOL,
  parameters: new URLSearchParams(),

  /** Whether the caller has a role, in a pool if one is named. */
  may(role, pool) {
    const { roles = [], poolRoles = {} } = app.identity ?? {};
    return roles.includes(role) || (pool !== undefined && (poolRoles[pool] ?? []).includes(role));
  },

  get pools() {
    return app.pools;
  },

  refreshPools: loadPools,

  /** Goes to a page. */
  go(page, parameters = {}) {
    location.hash = address(page, { pool: context.pool, ...parameters });
  },

  address,
};

function address(page, parameters = {}) {
  return `#/${page}?${new URLSearchParams(parameters)}`;
}

function route() {
  if (app.isSigningIn || !app.identity) {
    return;
  }
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const wanted = PAGES.find((page) => page.name === path) ?? overview;
  context.parameters = new URLSearchParams(query);
  context.pool = context.parameters.get("pool") ?? context.pool;
  hide();
  if (app.page !== wanted) {
    app.page?.leave?.();
    app.page = wanted;
    scrollTo(0, 0);
    wanted.enter?.(context);
  } else {
    wanted.moved?.(context);
  }
  document.title = `${wanted.title} · zspool`;
  redraw();
}

async function loadPools() {
  // Who may look at some pools only may not list them.
  if (app.identity && !context.may("reader")) {
    app.pools = Object.keys(app.identity.poolRoles).map((pool) => ({ pool }));
    stayInPools();
    return;
  }
  try {
    app.pools = (await get("/v1/pools")).pools;
    stayInPools();
  } catch {
    // What is known stays shown.
  }
}

/** A pool that is not there, or that the caller may not see, is left for one that is. */
function stayInPools() {
  if (app.pools.length && !app.pools.some((pool) => pool.pool === context.pool)) {
    context.pool = app.pools[0].pool;
    app.page?.moved?.(context);
  }
  redraw();
}

function applyTheme() {
  if (app.theme === "auto") {
    document.documentElement.removeAttribute("data-theme");
  } else {
    document.documentElement.dataset.theme = app.theme;
  }
}

function changeTheme() {
  app.theme = THEMES[(THEMES.indexOf(app.theme) + 1) % THEMES.length];
  localStorage.setItem("zspool.theme", app.theme);
  applyTheme();
  redraw();
}

function signOut() {
  setToken(undefined);
  // Nothing of what was seen stays.
  location.reload();
}

const STATES = { open: "live", lost: "The service does not answer; trying again …", connecting: "connecting …" };
const stateText = () => (live.state === "refused" ? `Not live. ${live.problem}` : live.problem || STATES[live.state]);

function shell() {
  const page = app.page;
  return html`
    <a class="skip" href="#main" @click=${skip}>Skip to the page</a>
    <header class="top">
      <span class="brand"><img src="/console/icon.svg" alt="" width="24" height="24" />zspool</span>
      <nav aria-label="Pages">
        ${PAGES.map((each) => html`<a href=${address(each.name, { pool: context.pool })}
          aria-current=${each === page ? "page" : nothing}>${each.title}</a>`)}
      </nav>
      <div class="tools">
        <span class="state ${live.state}" role="status" data-state=${live.state}>${stateText()}</span>
        <button type="button" @click=${changeTheme}>${{ auto: "System colours", light: "Light", dark: "Dark" }[app.theme]}</button>
        ${app.identity ? whoView() : nothing}
      </div>
    </header>
    <main id="main" tabindex="-1">
      <div class="title">
        <h1>${page.title}</h1>
        ${page.hasPool ? poolChoice() : nothing}
        ${levelBadge()}
      </div>
      ${page.view(context)}
    </main>`;
}

function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

function levelBadge() {
  const level = live.samples.at(-1)?.level;
  return level
    ? html`<span class="badge level-${level}">${word("level", `${level}${
        now().headroomBytes === null || now().headroomBytes === undefined ? "" : ` · headroom ${write("headroom", now().headroomBytes)}`
      }`)}</span>`
    : nothing;
}

function poolChoice() {
  return html`<label class="choice">Pool
    <select @change=${(event) => context.go(app.page.name, { pool: event.target.value })}>
      ${(app.pools.length ? app.pools : [{ pool: context.pool }]).map(
        (each) => html`<option value=${each.pool} .selected=${each.pool === context.pool}>${each.pool}</option>`,
      )}
    </select></label>`;
}

function whoView() {
  const { name, way, roles, poolRoles } = app.identity;
  const best = ["operator", "writer", "reader"].find((role) => roles.includes(role));
  const inPools = Object.keys(poolRoles).length;
  const may = best ?? (inPools ? `roles in ${inPools} pools` : "no role");
  return html`<span class="who" data-who=${name}>${way === "OPEN" ? "nobody is asked" : `${name} · ${may}`}</span>
    ${token() ? html`<button type="button" @click=${signOut}>Sign out</button>` : nothing}`;
}

function draw() {
  const root = document.getElementById("app");
  if (app.isSigningIn) {
    render(html`${signInView(app.refusal, start, refuse)}${dictionary()}`, root);
  } else if (app.page && (app.identity || app.refusal)) {
    render(html`${shell()}${dictionary()}`, root);
  } else {
    render(html`<main class="alone"><p class="soft" role="status">${app.refusal || "Loading …"}</p></main>`, root);
  }
}

/** Finds out who is asking, then shows the page; asks to sign in when the service wants to know. */
async function start() {
  app.refusal = "";
  const before = app.identity;
  try {
    app.identity = await get("/v1/identity");
    if (before && before.name !== app.identity.name) {
      // What somebody else has seen is not shown.
      location.reload();
      return;
    }
    app.isSigningIn = false;
    await loadPools();
    begin();
    app.page?.leave?.();
    app.page = undefined;
    route();
  } catch (problem) {
    if (problem.status !== 401) {
      app.refusal = problem.message;
      redraw();
      setTimeout(start, 2000);
    }
  }
}

function refuse(why) {
  app.refusal = why;
  redraw();
}

async function askToSignIn(problem) {
  app.refusal = token() === null ? "" : problem.message;
  setToken(undefined);
  end();
  app.page?.leave?.();
  app.page = undefined;
  await offered();
  app.isSigningIn = true;
  redraw();
}

async function begun() {
  applyTheme();
  drawWith(draw);
  onRefused(askToSignIn);
  explainOnHover(document.getElementById("app"));
  addEventListener("hashchange", route);
  setInterval(() => !document.hidden && app.identity && !app.isSigningIn && loadPools(), POOLS_MILLIS);
  if (isReturning()) {
    try {
      await takeReturn();
    } catch (failure) {
      await offered();
      app.isSigningIn = true;
      app.refusal = failure.message;
      redraw();
      return;
    }
  }
  await start();
}

begun();
