// Centrifugo as the way to the session's events, for realtime.js: one connection, one subscription a topic.
// The library (npm centrifuge) connects, backs off with jitter and recovers what was missed; it is loaded when needed.
import { loadScript } from "../shared/libraries.js";

const FINAL = 4500; // close codes from here on end the client for good
const UNRECOVERED_AFTER = 2000; // ms over which those who lost their place come back, so that not all do at once

/** Commands of the socket as the REST operations that do the same: method, path and body. */
const OPERATIONS = {
  "chat.send": (body) => ["POST", "chat", body],
  "reaction.send": (body) => ["POST", "reactions", body],
  "poll.vote": ({ poll_id, ...body }) => ["POST", `../../polls/${poll_id}/vote`, body],
  "question.ask": (body) => ["POST", "questions", body],
  "question.vote": ({ question_id, voted = true }) => [voted ? "POST" : "DELETE", `../../questions/${question_id}/vote`],
  "hand.raise": (body) => ["POST", "stage/raise_hand", body],
  "hand.lower": (body) => ["POST", "stage/lower_hand", body],
};

/**
 * Connect and stay connected.
 * @param {object} options
 * @param {string} options.library address of npm centrifuge
 * @param {{url: string, ticket: string}} options.ticket the first one
 * @param {() => Promise<{ticket: string}>} options.renew a fresh one for each further connect
 * @param {(welcome: Published) => void} options.onWelcome `{state, topics, heartbeat}` at each connect
 * @param {(event: Published) => void} options.onEvent an event as the socket brings it
 * @param {() => void} options.onLost it comes back by itself
 * @param {(code: number) => void} options.onClosed never again
 */
export async function connectCentrifugo({ library: src, ticket, renew, onWelcome, onEvent, onLost, onClosed }) {
  await loadScript(src);
  const { Centrifuge } = window;
  if (!Centrifuge) throw new Error("This browser cannot run Centrifugo’s library");
  /** @type {{ticket: string} | null} */
  let first = ticket;
  /** @type {{status?: number} | null} */
  let refusal = null;
  /** @type {Timer} */
  let refreshing;
  const client = new Centrifuge(ticket.url, {
    getData: async () => {
      const given = first ?? (await renew().catch((error) => {
        refusal = error;
        throw error;
      }));
      first = null;
      return { ticket: given.ticket };
    },
  });
  client.on("connected", ({ data }) => {
    follow(client, data.topics, onEvent);
    onWelcome(data);
  });
  let connectingSince = Date.now();
  client.on("connecting", ({ code }) => {
    connectingSince = Date.now();
    if (code !== 0) onLost();
  });
  client.on("error", () => {
    if (refusal?.status) {
      client.disconnect();
      onClosed(refusal.status);
    }
  });
  client.on("disconnected", ({ code }) => code >= FINAL && onClosed(code));
  client.connect();
  return {
    close: () => client.disconnect(),
    /** Begin anew with a fresh ticket: rights or settings changed for everybody. Once, however many events say so. */
    refresh: () => {
      refreshing ??= setTimeout(() => {
        refreshing = undefined;
        if (client.state === "connected") again(client);
      }, Math.random() * UNRECOVERED_AFTER);
    },
    /** The page may have slept: begin anew at once unless the connection answers `within` so many ms. */
    wake: async (within) => {
      const isDead = client.state === "connected" ? !(await answers(client, within)) : Math.abs(Date.now() - connectingSince) > within;
      if (isDead && client.state !== "disconnected") again(client);
    },
  };
}

/** Whether anything comes back: there are no remote procedures, so the answer is a refusal. */
async function answers(client, within) {
  const silence = new Promise((resolve) => {
    setTimeout(resolve, within, false);
  });
  // Its own time-out and the end of the connection are no answers (codes 1 and 2).
  const answer = client.rpc("ping", {}).then(() => true, ({ code }) => code > 99);
  return Promise.race([answer, silence]);
}

function again(client) {
  client.disconnect();
  client.connect();
}

/** Hear exactly `topics`, each from the place that the state was read at. */
function follow(client, topics, onEvent) {
  for (const [name, known] of Object.entries(client.subscriptions())) {
    if (name in topics) continue;
    known.unsubscribe();
    client.removeSubscription(known);
  }
  for (const [name, [epoch, offset]] of Object.entries(topics)) {
    const before = client.getSubscription(name);
    if (before) {
      before.unsubscribe();
      client.removeSubscription(before);
    }
    const subscription = client.newSubscription(name, { since: { epoch, offset }, recoverable: true, positioned: true });
    subscription.on("publication", ({ data, offset: at }) => onEvent({ topic: name, offset: at, ...data }));
    subscription.on("subscribed", ({ wasRecovering, recovered }) => {
      if (wasRecovering && !recovered) setTimeout(() => again(client), Math.random() * UNRECOVERED_AFTER);
    });
    subscription.subscribe();
  }
}

/** The method, address (below the session's) and body of the REST operation that does what a command does. */
export function operationOf(command, data) {
  return OPERATIONS[command](data);
}
