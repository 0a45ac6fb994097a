// One person in the panel "stage": name, what they want, and the buttons for it.
import { durationInWords } from "../shared/clock.js";
import { drawing, make } from "../shared/elements.js";
import { gettext, interpolate } from "../shared/gettext.js";

const KINDS = {
  hand: gettext("Raised a hand"),
  request: gettext("Asks to join"),
  both: gettext("Raised a hand and asks to join"),
};
const ACTIONS = {
  approve: { text: gettext("Bring on stage"), label: gettext("Bring on stage: %(name)s") },
  reject: { text: gettext("Decline"), label: gettext("Decline: %(name)s") },
  takeOff: { text: gettext("Take off stage"), label: gettext("Take off stage: %(name)s") },
};
const PERMISSIONS = { microphone: gettext("Microphone of %(name)s"), camera: gettext("Camera of %(name)s") };

/** A row; `draw` may be called as often as something changes, its buttons stay the same elements. */
export class PersonRow {
  #buttons = new Map();
  /** @type {number | null} milliseconds */
  #since = null;

  constructor() {
    this.element = make("li", { className: "stage-person" });
    this.name = make("p", { className: "stage-name", dir: "auto" });
    this.about = make("p", { className: "stage-about" });
    this.message = make("p", { className: "stage-message", dir: "auto", dataset: { words: "cut" } });
    this.actions = make("div", { className: "stage-actions" });
    this.element.append(this.name, this.about, this.message, this.actions);
  }

  /**
   * `person`: `{name, kind?, since?, message?}`; `actions`: name of an action → what it does (a promise);
   * `permissions`: `[{kind, isAllowed, change}]`; `cannotCome`: nobody can be brought on now.
   */
  draw({ name, kind, since, message = "" }, actions, { permissions = [], cannotCome = false } = {}) {
    this.#since = since ? Date.parse(since) : null;
    this.name.textContent = name;
    this.message.textContent = message;
    this.message.hidden = message === "";
    this.about.hidden = !kind;
    this.kind = kind ? KINDS[kind] : "";
    if (!since) this.about.textContent = this.kind;
    const wanted = [
      ...permissions.map((permission) => this.#permission(permission, name)),
      ...Object.entries(actions).map(([action, run]) => this.#action(action, run, name, cannotCome)),
    ];
    for (const button of [...this.actions.children]) if (!wanted.includes(button)) button.remove();
    for (const button of wanted) if (!button.isConnected || button.parentElement !== this.actions) this.actions.append(button);
  }

  tick(now) {
    if (this.#since === null) return;
    const waited = Math.max(0, now - this.#since);
    // Whole minutes are enough after the first: a number that changes every second draws the eye.
    const time = durationInWords(waited < 60_000 ? Math.ceil(waited / 10_000) * 10_000 : Math.floor(waited / 60_000) * 60_000);
    const text = `${this.kind} · ${interpolate(gettext("waiting for %(time)s"), { time })}`;
    if (this.about.textContent !== text) this.about.textContent = text;
  }

  #button(key, className) {
    if (!this.#buttons.has(key)) {
      const button = make("button", { type: "button", className });
      button.addEventListener("click", () => this.#press(button));
      this.#buttons.set(key, button);
    }
    return this.#buttons.get(key);
  }

  async #press(button) {
    if (button.isBusy || button.isImpossible) return;
    button.isBusy = true;
    this.#drawDisabled(button);
    await button.run();
    button.isBusy = false;
    this.#drawDisabled(button);
  }

  /** Not `disabled`: the button that was pressed, or that the focus was brought to, keeps the focus. */
  #drawDisabled(button) {
    button.setAttribute("aria-disabled", String(Boolean(button.isBusy || button.isImpossible)));
  }

  #action(action, run, name, cannotCome) {
    const kind = { approve: "primary", reject: "", takeOff: "danger" }[action];
    const button = this.#button(action, `button ${kind}`);
    button.textContent = ACTIONS[action].text;
    button.setAttribute("aria-label", interpolate(ACTIONS[action].label, { name }));
    button.isImpossible = action === "approve" && cannotCome;
    this.#drawDisabled(button);
    button.run = run;
    return button;
  }

  #permission({ kind, isAllowed, change }, name) {
    const button = this.#button(kind, "button stage-permission");
    const label = interpolate(PERMISSIONS[kind], { name });
    const state = isAllowed ? gettext("allowed") : gettext("not allowed");
    if (button.getAttribute("aria-pressed") !== String(isAllowed)) {
      button.replaceChildren(drawing(`icon-${kind}${isAllowed ? "" : "-off"}`, "icon"));
    }
    button.setAttribute("aria-pressed", String(isAllowed));
    button.setAttribute("aria-label", label);
    button.title = `${label}: ${state}`;
    button.run = change;
    return button;
  }
}
