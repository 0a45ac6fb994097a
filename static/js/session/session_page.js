// The host's page of one session: it follows what happens in the studio without being reloaded.

import { mountEncoderSetup } from "../encoder/setup.js";
import { connectRealtime } from "../room/realtime.js";
import { mount } from "../shared/app.js";
import { find } from "../shared/elements.js";
import { language } from "../shared/gettext.js";
import { pageAsItIsNow, readJson } from "../shared/page.js";
import { refreshRecordings } from "./recordings_card.js";

for (const box of document.querySelectorAll("[data-encoder-setup]")) mountEncoderSetup(box);

const place = find("session");
const room = connectRealtime(readJson("config"));

/** Fetch the page as it is now and take over its part about the session. */
async function refresh() {
  const page = await pageAsItIsNow();
  if (!page) {
    // Deleted meanwhile, or signed out: the whole page says so.
    location.reload();
    return;
  }
  const fresh = page.getElementById("session");
  if (!fresh) return;
  place.replaceChildren(...fresh.childNodes);
  if (!page.querySelector("[data-encoder-setup]")) document.querySelector(".encoder-card")?.remove();
  mount(place);
}

room.on("session.live session.ended session.expired session.rescheduled session.settings session.moderation role.added role.removed reset", () => refresh().catch(() => {}));
const recorded = "recording.started recording.stopped recording.progress recording.completed recording.failed recording.deleted";
room.on(recorded, () => refreshRecordings().catch(() => {}));
room.on("presence.count", (data) => {
  const count = place.querySelector("[data-viewers]");
  if (count && data.viewer_count !== null) count.textContent = new Intl.NumberFormat(language()).format(data.viewer_count);
});
// Tests and styles may tell whether the page follows.
room.on("open lost", (_data, type) => { document.documentElement.dataset.following = type; });
