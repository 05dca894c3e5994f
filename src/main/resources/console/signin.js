// Signing in: with a key, or at a provider of OpenID Connect (authorization code with PKCE, RFC 7636)
// when one is configured. What is shown to the service stays in this tab.

import { html, nothing } from "/console/lib/lit-html/lit-html.js";
import { setToken } from "/console/api.js";
import { field } from "/console/parts.js";

const ATTEMPT = "zspool.signin";

let settings = { signIn: {} };

/** Learns how one can sign in. */
export async function offered() {
  try {
    const answer = await fetch("/console/settings.json");
    settings = await answer.json();
  } catch {
    // A key can be shown without.
  }
}

/**
 * Asks who one is.
 *
 * @param refusal why it was not taken before; empty when nothing was
 * @param onSignedIn is told when there is something to show to the service
 * @param onProblem is told why not
 */
export function signInView(refusal, onSignedIn, onProblem) {
  return html`<main class="alone">
    <form class="card" @submit=${(event) => withKey(event, onSignedIn, onProblem)}>
      <h1><img src="/console/icon.svg" alt="" width="28" height="28" /> zspool</h1>
      <p>This service asks who you are.</p>
      ${refusal ? html`<p class="message error" role="alert">${refusal}</p>` : nothing}
      ${field("Key or token", html`<input name="key" type="password" autocomplete="current-password" required />`,
        "A key made by the key command, or a token of your cluster. It is kept until this tab is closed.")}
      <div class="actions">
        <button type="submit">Sign in</button>
        ${settings.signIn.issuer
          ? html`<button type="button" @click=${() => leave().catch((failure) => onProblem(failure.message))}>Sign in at ${new URL(settings.signIn.issuer).host}</button>`
          : nothing}
      </div>
    </form>
  </main>`;
}

function withKey(event, onSignedIn, onProblem) {
  event.preventDefault();
  const key = new FormData(event.target).get("key").trim();
  event.target.reset();
  if (!/^[!-~]+$/.test(key)) {
    onProblem("That is no key: one has letters, digits and signs of ASCII, and no space.");
    return;
  }
  setToken(key);
  onSignedIn();
}

async function provider() {
  const { issuer } = settings.signIn;
  const answer = await reach(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  if (!answer.ok) {
    throw new Error(`${issuer} does not tell how to sign in: it answered ${answer.status}.`);
  }
  const told = await answer.json();
  // OpenID Connect Discovery 1.0, section 4.3.
  if (told.issuer !== issuer) {
    throw new Error(`${issuer} says that it is ${told.issuer}; the service takes tokens of the first only.`);
  }
  return told;
}

/** A browser does not tell a script why it could not. */
async function reach(address, options) {
  try {
    return await fetch(address, options);
  } catch {
    throw new Error(`${new URL(address).host} cannot be reached from here, or does not let this page ask it (CORS).`);
  }
}

const redirectAddress = () => `${location.origin}/`;

/** Sends the browser to the provider, from where it comes back with a code. */
async function leave() {
  if (!isSecureContext) {
    throw new Error("The browser signs in at a provider only from a page that came by https, or from this machine. A key can be used.");
  }
  const { authorization_endpoint: endpoint } = await provider();
  const attempt = { state: randomText(), verifier: randomText(), nonce: randomText(), hash: location.hash };
  sessionStorage.setItem(ATTEMPT, JSON.stringify(attempt));
  const target = new URL(endpoint);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(attempt.verifier));
  const parameters = {
    response_type: "code",
    client_id: settings.signIn.clientId,
    redirect_uri: redirectAddress(),
    scope: settings.signIn.scope,
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: "S256",
  };
  Object.entries(parameters).forEach(([name, value]) => target.searchParams.set(name, value));
  location.assign(target);
}

/** Whether the browser comes from the provider. */
export function isReturning() {
  const parameters = new URLSearchParams(location.search);
  return parameters.has("state") && (parameters.has("code") || parameters.has("error"));
}

/** Takes the token for the code that the browser came back with. */
export async function takeReturn() {
  const parameters = new URLSearchParams(location.search);
  const attempt = JSON.parse(sessionStorage.getItem(ATTEMPT) ?? "{}");
  sessionStorage.removeItem(ATTEMPT);
  history.replaceState(null, "", `/${attempt.hash ?? ""}`);
  await offered();
  if (!attempt.state || parameters.get("state") !== attempt.state) {
    throw new Error("This sign-in was not begun in this tab. Please sign in again.");
  }
  if (parameters.has("error")) {
    throw new Error(`The provider refused: ${parameters.get("error_description") ?? parameters.get("error")}.`);
  }
  const { token_endpoint: endpoint } = await provider();
  const answer = await reach(endpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: settings.signIn.clientId,
      redirect_uri: redirectAddress(),
      code: parameters.get("code"),
      code_verifier: attempt.verifier,
    }),
  });
  if (!answer.ok) {
    throw new Error(`The provider gave no token: it answered ${answer.status}. Please sign in again.`);
  }
  const tokens = await answer.json();
  if (tokens.id_token && claimsOf(tokens.id_token).nonce !== attempt.nonce) {
    throw new Error("The provider answered another sign-in. Please sign in again.");
  }
  // Access tokens may be in a form that only the provider knows.
  const token = isSigned(tokens.access_token) ? tokens.access_token : tokens.id_token;
  if (!token) {
    throw new Error("The provider gave no token that the service can read: neither a signed access token nor an ID token.");
  }
  setToken(token);
}

const isSigned = (token) => (token ?? "").split(".").length === 3;

/** The service checks the signature; this only compares. */
function claimsOf(token) {
  try {
    return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    return {};
  }
}

const randomText = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
