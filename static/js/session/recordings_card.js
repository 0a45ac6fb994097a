// The recordings on a session's page: kept true while one is recorded or processed, also after the session's end.

import { mount } from "../shared/app.js";
import { find } from "../shared/elements.js";
import { pageAsItIsNow } from "../shared/page.js";

const EVERY = 3000; // milliseconds
const card = () => find("session-recordings");

/** Fetch the page as it is now and take over its list of recordings, unless somebody is on it with the keyboard. */
export async function refreshRecordings() {
  const page = await pageAsItIsNow();
  const fresh = page?.getElementById("session-recordings");
  const place = card();
  if (!place || !fresh || place.isEqualNode(fresh)) return;
  const focused = place.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
  place.replaceWith(fresh);
  mount(fresh);
  if (focused) fresh.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
}

setInterval(() => {
  if (!document.hidden && card()?.hasAttribute("data-busy")) refreshRecordings().catch(() => {});
}, EVERY);
