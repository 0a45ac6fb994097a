// Messages on their way: nothing written is lost, and nothing arrives twice.

import { gettext } from "../shared/gettext.js";
import { refusalInWords } from "../shared/page.js";

const RETRY_BY_ITSELF = new Set(["lost", "offline"]);
const KEEP = new Set(["failed", "server_error", "unavailable"]); // our fault: the same message may work later

/** A mark of our own for each message: the server knows a repeated one by it. */
function mark() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

export class Sending {
  /** {clientId, text, recipient, failed, sent}; oldest first. */
  pending = [];

  /** `draw()` shows what changed; `refused(pending, sentence)` gives the text back, true when it was taken; `send(body)` brings it there. */
  constructor(room, { draw, refused, send = (body) => room.command("chat.send", body) }) {
    this.send = send;
    this.draw = draw;
    this.refused = refused;
    room.on("open", () => {
      for (const each of this.pending) if (RETRY_BY_ITSELF.has(each.code)) this.#send(each);
    });
  }

  add({ text, recipient }) {
    const pending = { clientId: mark(), text, recipient, failed: "" };
    this.pending.push(pending);
    this.#send(pending);
  }

  retry(pending) {
    this.#send(pending);
  }

  discard(pending) {
    this.pending = this.pending.filter((each) => each !== pending);
    this.draw();
  }

  /** These messages are in the chat now. */
  arrived(messages) {
    if (this.pending.length === 0) return;
    const marks = new Set(messages.map((message) => message.client_id));
    this.pending = this.pending.filter((each) => !marks.has(each.clientId));
  }

  /** A message that was sent from here is gone. */
  forget(id) {
    this.pending = this.pending.filter((each) => each.sent?.id !== id);
  }

  async #send(pending) {
    Object.assign(pending, { failed: "", code: null });
    this.draw();
    const body = { message: pending.text, client_id: pending.clientId };
    if (pending.recipient) body.recipient_id = pending.recipient.id;
    try {
      pending.sent = await this.send(body);
    } catch (error) {
      pending.code = error.code;
      const waits = RETRY_BY_ITSELF.has(error.code);
      pending.failed = waits
        ? gettext("Not sent yet. It goes out as soon as you are connected again.")
        : refusalInWords(error) || gettext("This could not be sent.");
      if (!waits && !KEEP.has(error.code) && this.refused(pending, pending.failed)) this.discard(pending);
    }
    this.draw();
  }
}

/** Whether this item of a list of messages is one that is on its way. */
export const isPending = (item) => "clientId" in item;

/** What tells the items of a list of messages apart. */
export const keyOf = (item) => (isPending(item) ? (item.sent?.id ?? item.clientId) : item.id);
