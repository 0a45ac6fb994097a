// The page of a replay: how far it is, then the player with everything beside it.
import { announcer } from "../shared/announcer.js";
import { durationAsClock } from "../shared/clock.js";
import { find, make } from "../shared/elements.js";
import { failure, keyOfError, showFailure, hideFailure } from "../shared/failures.js";
import { gettext, interpolate } from "../shared/gettext.js";
import { noticesIn } from "../shared/notices.js";
import { callApi, readJson } from "../shared/page.js";
import { Captions } from "./video_captions.js";
import { mountControls } from "./video_controls.js";
import { Player } from "./video_player.js";
import { keepPlace, placeOf } from "./memory.js";
import { followReplay } from "./replay_state.js";
import { mountSeekBar } from "./seek_bar.js";
import { placeToGoOn, spanOf } from "./times.js";
import { mountTranscript } from "./transcript.js";

const KEEP_EVERY = 3000; // ms

const MAKING = {
  processing: gettext("The recording is being prepared. This page shows it by itself."),
  review: gettext("The host looks at the recording first. This page shows it as soon as it is published."),
  none: gettext("There is no recording to watch."),
};

const config = readJson("config");
const page = find("replay");
const say = announcer(find("announcer"));
const notices = noticesIn(find("notices"));

/** @type {Published[]} */
let parts = [];

/** The part with fresh links; null when it is not published any more. */
async function renew(id) {
  const replay = await callApi(config.replay);
  parts = replay.recordings;
  drawParts();
  return parts.find((part) => part.id === id) ?? null;
}

const player = new Player(find("video"), renew);
const captions = new Captions(player.video, find("captions-track"));
mountControls(find("player"), player, captions, { say });
mountSeekBar(find("seek"), player);
mountTranscript(find("transcript"), player, captions);

function showPart(part, { play = false } = {}) {
  const at = placeToGoOn(spanOf(part, NaN), placeOf(part.id));
  notices.clear("place");
  player.load(part, { at, play });
  captions.load(part);
  drawParts();
  if (at === null) return;
  const time = durationAsClock((at - (part.trim_start ?? 0)) * 1000);
  const action = { label: gettext("From the beginning"), run: () => { player.time = 0; } };
  notices.show("place", interpolate(gettext("You have watched this before. It continues at %(time)s."), { time }), { action });
}

function drawParts() {
  const list = find("parts");
  if (list.parentElement) list.parentElement.hidden = parts.length < 2;
  list.replaceChildren(
    ...parts.map((part) => {
      const { start, end } = spanOf(part, NaN);
      const button = make(
        "button",
        { type: "button" },
        make("span", { textContent: part.name }),
        make("time", { textContent: durationAsClock((end - start) * 1000) }),
      );
      if (part.id === player.part?.id) button.setAttribute("aria-current", "true");
      button.addEventListener("click", () => part.id !== player.part?.id && showPart(part, { play: true }));
      return make("li", {}, button);
    }),
  );
}

/** What the host has changed meanwhile: more parts, another cut, captions. What plays goes on. */
function show(replay) {
  parts = replay.recordings;
  const current = parts.find((part) => part.id === player.part?.id);
  page.dataset.view = "player";
  for (const view of ["making", "stage"]) find(view).hidden = view === "making";
  if (current) {
    player.update(current);
    captions.load(current);
    drawParts();
  } else if (!player.part) {
    showPart(parts[0]);
  } else {
    drawParts();
  }
}

function showMaking({ status, progress }) {
  // Whoever is watching keeps what is there: the next link tells that it is over.
  if (player.part) return;
  page.dataset.view = "making";
  find("making").hidden = false;
  find("stage").hidden = true;
  find("making-words").textContent = MAKING[status];
  const bar = find("making-progress");
  if (bar.parentElement) bar.parentElement.hidden = status !== "processing";
  if (status === "processing") {
    bar.value = progress;
    find("making-percent").textContent = interpolate(gettext("%(percent)s %%"), { percent: progress });
  }
}

player.addEventListener("finished", () => {
  keepPlace(player.part.id, player.span.start);
  const next = parts[parts.findIndex((part) => part.id === player.part.id) + 1];
  if (next) showPart(next, { play: true });
});
player.addEventListener("trouble", ({ detail: { key } }) => {
  const box = find("trouble");
  if (!key) hideFailure(box);
  else if (box.dataset.failure !== key) showFailure(box, key, { act: () => (key === "signed_out" ? location.reload() : player.again()) });
});

let keptAt = 0;
const keep = () => {
  if (!player.part || player.isFinished || player.video.readyState === 0) return;
  keptAt = Date.now();
  keepPlace(player.part.id, player.videoTime);
};
player.addEventListener("time", () => Date.now() - keptAt > KEEP_EVERY && keep());
window.addEventListener("pagehide", keep);

followReplay(config.replay, {
  show: (replay) => (replay.status === "ready" ? show(replay) : showMaking(replay)),
  failed: (error) => {
    if (player.part) return;
    showFailure(find("blocking"), keyOfError(error), { act: () => location.reload(), heading: "h2" });
    find("making").hidden = true;
  },
  lost: (isLost) => {
    const row = failure("connection_lost");
    if (isLost && !player.part) notices.show("lost", `${row.title}. ${row.step}`, { lasting: true });
    else notices.clear("lost");
  },
});
