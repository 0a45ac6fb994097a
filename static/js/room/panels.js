// The panels beside the stage: tabs, unread counts, and what is read out of them.

import { mountChat } from "../chat/chat_panel.js";
import { mountPolls } from "../polls/polls_panel.js";
import { mountQuestions } from "../questions/questions_panel.js";
import { find } from "../shared/elements.js";
import { explain } from "../shared/failures.js";

const MOUNT = { chat: mountChat, questions: mountQuestions, polls: mountPolls };

/**
 * One panel as its module sees it.
 * `element`: its tabpanel. `isShown`: whether it is the open one. `unread(count)`: the number beside its name (0: none).
 * `onShow(run)`: when it is opened. `available(is)`: whether it is offered at all.
 */
class Panel {
  #shown = [];

  constructor(tab, element, panels) {
    this.tab = tab;
    this.element = element;
    this.panels = panels;
    this.name = tab.dataset.panel;
  }

  get isShown() {
    return this.panels.selected === this && !document.hidden;
  }

  /** Whether it is open and within the window: on a phone it may be below it. */
  get isInView() {
    const { top, bottom } = this.element.getBoundingClientRect();
    return this.isShown && bottom > 0 && top < window.innerHeight - 80;
  }

  unread(count) {
    const badge = this.tab.querySelector("[data-unread]");
    badge.hidden = count === 0;
    badge.textContent = count > 99 ? "99+" : String(count);
  }

  onShow(run) {
    this.#shown.push(run);
  }

  available(is) {
    this.tab.hidden = !is;
    if (!is && this.panels.selected === this) this.panels.selectFirst();
    // Rights come one after the other: until somebody chooses, the first panel is open, not the one that came first.
    if (is && !this.panels.isChosen && this.panels.offered[0] !== this.panels.selected) this.panels.selectFirst();
  }

  show() {
    this.panels.select(this);
  }

  /** Open it for somebody who asked for it elsewhere on the page. */
  goTo() {
    this.show();
    this.tab.focus();
  }

  shown() {
    for (const run of this.#shown) run();
  }
}

class Panels {
  /** @type {Panel | null} */
  selected = null;
  isChosen = false; // by somebody, not by default

  constructor(root) {
    this.root = root;
    this.all = [...root.querySelectorAll("[role=tab]")].map(
      (tab) => new Panel(tab, document.getElementById(tab.getAttribute("aria-controls")), this),
    );
    for (const panel of this.all) panel.tab.addEventListener("click", () => this.select(panel));
    root.querySelector("[role=tablist]").addEventListener("keydown", (event) => this.#move(event));
    this.selectFirst();
  }

  /** @param {string} name */
  named(name) {
    return this.all.find((panel) => panel.name === name);
  }

  get offered() {
    return this.all.filter((panel) => !panel.tab.hidden);
  }

  selectFirst() {
    this.selected = null;
    for (const panel of this.all) this.#draw(panel);
    if (this.offered.length > 0) this.select(this.offered[0]);
    this.isChosen = false;
  }

  select(panel) {
    this.isChosen = true;
    this.selected = panel;
    for (const each of this.all) this.#draw(each);
    panel.shown();
  }

  #draw(panel) {
    const isSelected = panel === this.selected;
    panel.tab.setAttribute("aria-selected", String(isSelected));
    panel.tab.tabIndex = isSelected ? 0 : -1;
    panel.element.hidden = !isSelected;
  }

  #move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const { offered } = this;
    if (!this.selected) return;
    const next = offered[(offered.indexOf(this.selected) + step + offered.length) % offered.length];
    event.preventDefault();
    this.select(next);
    next.tab.focus();
  }
}

/**
 * Mount every panel of the page. `context` is what their modules are given beside their panel:
 * `room` (realtime.js), `api` (address of the session), `call(path, options)`, `emojis` (the reactions), `announce(text)`, `notices`,
 * `isStudio`.
 * @param {PageElement} root
 * @param {PanelContext} context
 */
export function mountPanels(root, context) {
  const panels = new Panels(root);
  for (const panel of panels.all) MOUNT[panel.name]?.(panel, context);
  const [people, stage] = ["people", "stage"].map((name) => /** @type {Panel} */ (panels.named(name)));
  const team = panels.named("team"); // only of those who may come backstage when the page is made
  for (const panel of [people, stage, team]) panel?.available(false);
  // The connections close next: the page then says why.
  context.room.on("you.banned", ({ reason }) => explain("removed", reason));
  loadOnce(context.room, ({ me }) => me.may.see_people, async () => {
    const { mountPeople } = await import("../people/people_panel.js");
    mountPeople(people, context);
  });
  loadOnce(context.room, ({ me }) => me.may.manage_stage, async () => {
    const { mountStagePanel } = await import("../stage/stage_panel.js");
    mountStagePanel(stage, context);
  });
  loadOnce(context.room, (state) => team && state.team, async () => {
    const { mountTeam } = await import("../chat/team_panel.js");
    mountTeam(team, context);
  });
  // In the studio they are there from the start.
  loadOnce(context.room, ({ me }) => !context.isStudio && ["co_host", "moderator"].includes(me.role), async () => {
    const { mountWatchAlerts } = await import("../alerts/watch_alerts.js");
    mountWatchAlerts({ ...context, panels });
  });
  for (const button of document.querySelectorAll("[data-change-name]")) {
    button.addEventListener("click", async () => (await import("../people/rename.js")).openRename(context));
  }
  const dialog = find("settings-dialog"); // only of those who may set something when the page is made
  loadOnce(context.room, ({ me: { may } }) => dialog && (may.change_settings || may.manage_chat), async () => {
    const { mountSettings } = await import("../settings/settings_dialog.js");
    mountSettings(dialog, context);
  });
  return panels;
}

/** `load` what few people need once `isNeeded` says so of the state; again with the next state where the network was gone. */
function loadOnce(room, isNeeded, load) {
  let isLoaded = false;
  room.on("open reset", async () => {
    if (isLoaded || !isNeeded(room.state)) return;
    isLoaded = true;
    try {
      await load();
    } catch {
      isLoaded = false;
    }
  });
}
