// Notices for the team about what waits for somebody's decision, where its panel is not in view: who, and what can be done at once.
import { find } from "../shared/elements.js";
import { gettext } from "../shared/gettext.js";
import { reasonOf } from "../shared/page.js";
import { sentenceOf, waitingIn } from "./attention.js";

const [GATHERED, APART] = [300, 1500]; // ms: how long the first of a burst waits for others; between two changes of the notices
/** Beyond so many people in the lobby their number, which stands above, says enough; a sound tells only the first of them. */
const CROWD = 10;
const PANEL = { stage: "stage", questions: "questions", held: "chat", reports: "chat", lobby: "people", team: "team" };
/** Until they are decided, a person waits. */
const LASTING = new Set(["stage"]);
/** What waited before one came in is told too, but for what the panels list anyway. */
const TOLD_AT_FIRST = new Set(["stage", "held", "reports"]);
const CHANGES = [
  "open reset hand.raised hand.lowered hand.approved hand.rejected stage.waiting",
  "join_request.created join_request.withdrawn join_request.approved join_request.rejected",
  "question.asked question.held question.updated question.dismissed question.deleted",
  "chat.held chat.decided chat.deleted chat.cleared chat.reported chat.reports_closed team.message team.deleted session.live",
].join(" ");

/**
 * `panels` are those of the page, `lobby` who waits (people/waiting.js), `call(path, options)` the session's API, `ring()` the sound.
 * `elsewhere()` is the action to offer while this page has no panels, else null.
 * @param {{room: Realtime, panels: Published, lobby: Published, call: Call, notices: Notices, ring: () => unknown, elsewhere?: () => Published | null}} context
 */
export function mountAlerts({ room, panels, lobby, call, notices, ring, elsewhere = () => null }) {
  const kinds = Object.keys(PANEL).filter((kind) => panels.named(PANEL[kind])); // not each page has each panel
  const known = {}; // kind → keys that were there before
  const fresh = {}; // kind → keys that are told of, until they are seen or decided
  const shown = {}; // kind → the sentence that stands
  /** @type {Timer} */
  let timer;
  let drawnAt = -Infinity;

  const look = () => waitingIn(room.state, lobby.waiting);

  function forget(kind) {
    fresh[kind]?.clear();
    delete shown[kind];
    notices.clear(`waiting-${kind}`);
  }

  /** Note what is new; a sound for it, and soon a notice. */
  function follow() {
    if (!room.state) return;
    const found = look();
    let isNews = false;
    for (const kind of kinds) {
      const { items } = found[kind] ?? { items: [] };
      const keys = new Set(items.map(({ key }) => key));
      const isFirst = found[kind] && !known[kind];
      const isCrowd = kind === "lobby" && keys.size > CROWD;
      const news = isCrowd ? [] : [...keys].filter((key) => !known[kind]?.has(key) && (!isFirst || TOLD_AT_FIRST.has(kind)));
      const isFirstToWait = kind !== "lobby" || !known[kind]?.size;
      fresh[kind] = new Set([...(fresh[kind] ?? []), ...news].filter((key) => keys.has(key)));
      if (found[kind]) known[kind] = keys;
      if (news.length > 0 && !isFirst && isFirstToWait) isNews = true;
    }
    if (isNews) ring();
    drawSoon();
  }

  function drawSoon() {
    if (timer) return;
    timer = setTimeout(draw, Math.max(GATHERED, APART - (performance.now() - drawnAt)));
  }

  function draw() {
    timer = undefined;
    drawnAt = performance.now();
    const found = look();
    for (const kind of kinds) {
      const items = (found[kind]?.items ?? []).filter(({ key }) => fresh[kind].has(key));
      if (items.length === 0 || panels.named(PANEL[kind]).isInView) {
        forget(kind);
        continue;
      }
      const sentence = sentenceOf(kind, items, kind === "stage" ? found.stage.more : 0);
      if (shown[kind] === sentence) continue;
      shown[kind] = sentence;
      notices.show(`waiting-${kind}`, sentence, { lasting: LASTING.has(kind), actions: actionsFor(kind, items), gone: () => forget(kind) });
    }
    drawHands(found.stage);
  }

  function actionsFor(kind, items) {
    const goTo = elsewhere() ?? { label: gettext("Show"), run: () => panels.named(PANEL[kind]).goTo() };
    if (kind !== "stage" || items.length > 1) return [goTo];
    const [{ requests }] = items;
    return [
      // Approving one request fulfils all of that person; declining means each.
      { label: gettext("Bring on stage"), run: () => act([`${requests[0].address}/approve`]) },
      { label: gettext("Decline"), run: () => act(requests.map(({ address }) => `${address}/reject`)) },
    ];
  }

  async function act(paths) {
    try {
      for (const path of paths) await call(path, { method: "POST", body: {} });
    } catch (error) {
      notices.show("waiting-failed", reasonOf(error), { tone: "error" });
    }
  }

  /** At the stage's picture, as long as somebody waits. */
  const chip = find("stage-hands");
  chip?.addEventListener("click", () => panels.named("stage").goTo());
  function drawHands(stage) {
    if (!chip) return;
    const count = stage ? stage.items.length + stage.more : 0;
    chip.hidden = count === 0;
    if (count === 0) return;
    const name = stage.items[0]?.name ?? "";
    const others = count - 1;
    chip.querySelector("[data-first]").textContent = name;
    chip.querySelector("[data-others]").textContent = others > 0 ? `+${others}` : "";
  }

  for (const kind of kinds) {
    const panel = panels.named(PANEL[kind]);
    panel.onShow(() => panel.isInView && forget(kind));
  }
  room.on(CHANGES, follow);
  lobby.onChange(follow);
  follow(); // where the state was there first
}
