// What every page module needs: the page's JSON, and calls to the API as the signed-in person.

import { whileBusy } from "./again.js";
import { find } from "./elements.js";
import { gettext, interpolate, ngettext } from "./gettext.js";
import { onWake } from "./wake.js";

/**
 * The JSON that the server put into `<script type="application/json" id="…">`.
 * @param {string} id
 */
export function readJson(id) {
  return JSON.parse(find(id).textContent ?? "");
}

/** The page as the server makes it now; null where it is not to be had any more: gone, or one is signed out. */
export async function pageAsItIsNow() {
  const response = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
  if (!response.ok || response.redirected) return null;
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/** The API refused: `status` and `code` as in the contract, `message` a sentence, `retryAfter` seconds or null. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   * @param {number | null} retryAfter
   */
  constructor(status, code, message, retryAfter = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** Milliseconds that the server's clock is ahead of ours, and how ours stood beside the browser's steady one then. */
let clockAhead = 0;
let steadyAhead = Date.now() - performance.now();
let isAsking = false;

const WRONG = 2000; // ms: less says nothing about a clock

/** Now, by the server's clock, in milliseconds. */
export function serverNow() {
  // The device slept, or its clock was set: which of the two, the server's next answer tells.
  if (Math.abs(Date.now() - performance.now() - steadyAhead) > WRONG) askClock();
  return Date.now() + clockAhead;
}

function askClock() {
  steadyAhead = Date.now() - performance.now();
  if (isAsking) return;
  isAsking = true;
  callApi("/v1/webinar/health")
    .catch(() => {}) // without a connection there is nothing to be on time for
    .finally(() => {
      isAsking = false;
    });
}

/**
 * Begin with the time (ISO) at which the server made the page. A browser may have kept the page: the first answer corrects it.
 * @param {string} iso
 */
export function setServerClock(iso) {
  const ahead = Date.parse(iso) - Date.now();
  // A page takes a moment to travel.
  clockAhead = Math.abs(ahead) > WRONG ? ahead : 0;
}

/**
 * The server answered `timestamp` (whole seconds since 1970, as every answer of the API) to what was asked at `asked`
 * (ms, by our clock): correct ours where the two cannot both be true.
 * @param {number | undefined} timestamp
 * @param {number} asked
 */
export function readServerClock(timestamp, asked) {
  if (!timestamp) return;
  const [earliest, latest] = [timestamp * 1000, timestamp * 1000 + 1000];
  const now = Date.now();
  if (now + clockAhead > earliest - WRONG && asked + clockAhead < latest + WRONG) return;
  clockAhead = earliest + 500 - (asked + now) / 2;
}

/**
 * Call the API: resolves to the envelope's `data`, rejects with ApiError.
 * Status 0 and code "offline" when nothing answered. While the server is busy the call is made again.
 * @param {string} path
 * @param {CallOptions} options
 */
export const callApi = (path, options = {}) => whileBusy(() => callOnce(path, options));

/**
 * @param {string} path
 * @param {CallOptions} options
 */
async function callOnce(path, { method = "GET", body, csrfToken, keepalive = false }) {
  const headers = new Headers({ Accept: "application/json" });
  if (method !== "GET") {
    headers.set("X-CSRFToken", csrfToken ?? "");
    headers.set("Content-Type", "application/json");
  }
  const asked = Date.now();
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      keepalive,
      credentials: "same-origin",
      cache: "no-store",
      body: method === "GET" ? undefined : JSON.stringify(body ?? {}),
    });
  } catch {
    throw new ApiError(0, "offline", "");
  }
  const answer = await response.json().catch(() => null);
  readServerClock(answer?.timestamp, asked);
  if (!response.ok || !answer?.success) {
    const retryAfter = Number(response.headers.get("Retry-After")) || null;
    throw new ApiError(response.status, answer?.code ?? "server_error", answer?.error ?? "", retryAfter);
  }
  return answer.data;
}

/**
 * Why something did not work: in the words of the API, or that nothing answered.
 * @param {{message: string}} error
 */
export const reasonOf = ({ message }) => message || gettext("That did not get through. Check your connection and try again.");

/**
 * The sentence of a refusal and, where one has to wait for it to change, how long.
 * @param {{message: string, retryAfter?: number | null}} refusal
 */
export function refusalInWords({ message, retryAfter }) {
  if (!message || !retryAfter || retryAfter <= 1) return message;
  const again = ngettext("You can try again in %(count)s second.", "You can try again in %(count)s seconds.", retryAfter);
  return `${message} ${interpolate(again, { count: retryAfter })}`;
}

/**
 * Resolves after `milliseconds`, or earlier when the page wakes (shared/wake.js) or `signal` is aborted.
 * @param {number} milliseconds
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const done = new AbortController();
    const finish = () => {
      clearTimeout(timer);
      done.abort();
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    onWake(finish, done.signal);
    signal?.addEventListener("abort", finish, { signal: done.signal });
    if (signal?.aborted) finish();
  });
}
