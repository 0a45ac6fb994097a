// The form for a poll: question, options in their order, and how it runs.
import { action, make, partsOf } from "../shared/elements.js";
import { gettext, interpolate } from "../shared/gettext.js";
import { isEnter, isEscape } from "../shared/keys.js";
import { reasonOf } from "../shared/page.js";

const [FEWEST, MOST] = [2, 20];

export class PollForm {
  /** @type {Published} null for a new one */
  #poll = null;
  #parts = new WeakMap(); // row of an option → {input, tools}

  /**
   * @param {PageElement} element
   * @param {{save: (poll: Published, values: Published) => Promise<void>, closed: () => void}} does
   */
  constructor(element, does) {
    this.element = element;
    this.does = does;
    const find = partsOf(element);
    this.title = find("form-title");
    this.question = find("question");
    this.options = find("options");
    this.add = find("add-option");
    this.multiple = find("multiple");
    this.results = find("results");
    this.settings = find("crew-settings");
    this.anonymous = find("anonymous");
    this.fault = find("fault");
    this.launch = find("launch");
    this.prepare = find("prepare");
    this.add.addEventListener("click", () => this.#add().focus());
    find("cancel").addEventListener("click", () => this.close());
    this.prepare.addEventListener("click", () => this.#submit(false));
    element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(true);
    });
    element.addEventListener("keydown", (event) => isEscape(event) && this.close());
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** Whether polls may be prepared and have settings of their own. */
  allow({ prepare }) {
    this.prepare.hidden = this.settings.hidden = !prepare;
  }

  /** For a new poll, or to edit a prepared one. */
  open(/** @type {Published} */ poll = null) {
    this.#poll = poll;
    this.title.textContent = poll ? gettext("Edit poll") : gettext("New poll");
    this.question.value = poll?.question ?? "";
    this.multiple.checked = poll?.allow_multiple_votes ?? false;
    this.results.value = poll?.results ?? "live";
    this.anonymous.checked = poll?.is_anonymous ?? false;
    // Fixed when the poll is made: nobody shall have prepared it believing something else.
    this.anonymous.disabled = Boolean(poll);
    this.options.replaceChildren();
    for (const { text } of poll?.options ?? [{ text: "" }, { text: "" }]) this.#add(text);
    this.#say("");
    this.element.hidden = false;
    this.question.focus();
  }

  hide() {
    this.element.hidden = true;
  }

  close() {
    this.hide();
    this.does.closed();
  }

  #add(text = "") {
    const input = make("input", { type: "text", maxLength: 200, value: text, dir: "auto", autocomplete: "off" });
    input.addEventListener("keydown", (event) => {
      if (!isEnter(event)) return;
      event.preventDefault();
      const next = row.nextElementSibling?.querySelector("input");
      if (next) next.focus();
      else if (!this.add.disabled) this.#add().focus();
    });
    const tools = {
      up: action("↑", () => this.#move(row, -1), { className: "button quiet icon-only" }),
      down: action("↓", () => this.#move(row, 1), { className: "button quiet icon-only" }),
      remove: action("×", () => this.#remove(row), { className: "button quiet icon-only" }),
    };
    const row = make("li", { className: "poll-form-option" }, input, ...Object.values(tools));
    this.#parts.set(row, { tools, input });
    this.options.append(row);
    this.#number();
    return input;
  }

  #remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.#number();
    next.querySelector("input").focus();
  }

  #move(row, step) {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (step < 0) other.before(row);
    else other.after(row);
    this.#number();
    const { tools, input } = this.#parts.get(row);
    const tool = step < 0 ? tools.up : tools.down;
    (tool.disabled ? input : tool).focus();
  }

  #number() {
    const rows = [...this.options.children];
    rows.forEach((row, place) => {
      const number = { number: place + 1 };
      const { tools, input } = this.#parts.get(row);
      input.setAttribute("aria-label", interpolate(gettext("Option %(number)s"), number));
      input.placeholder = interpolate(gettext("Option %(number)s"), number);
      tools.up.setAttribute("aria-label", interpolate(gettext("Move option %(number)s up"), number));
      tools.down.setAttribute("aria-label", interpolate(gettext("Move option %(number)s down"), number));
      tools.remove.setAttribute("aria-label", interpolate(gettext("Remove option %(number)s"), number));
      tools.up.disabled = place === 0;
      tools.down.disabled = place === rows.length - 1;
      tools.remove.disabled = rows.length <= FEWEST;
    });
    this.add.disabled = rows.length >= MOST;
  }

  async #submit(launch) {
    const options = [...this.options.children].map((row) => this.#parts.get(row).input.value.trim()).filter(Boolean);
    const question = this.question.value.trim();
    if (question.length < 3) return this.#say(gettext("Write a question of at least three letters."), this.question);
    if (options.length < FEWEST) return this.#say(gettext("Write at least two options."), this.options.querySelector("input"));
    if (new Set(options).size < options.length) {
      return this.#say(gettext("Two options are the same. Make them different."), this.options.querySelector("input"));
    }
    const values = { question, options, allow_multiple_votes: this.multiple.checked, launch };
    if (!this.settings.hidden) {
      values.results = this.results.value;
      if (!this.#poll) values.is_anonymous = this.anonymous.checked;
    }
    this.launch.disabled = this.prepare.disabled = true;
    try {
      await this.does.save(this.#poll, values);
      this.close();
    } catch (error) {
      this.#say(reasonOf(error), this.question);
    }
    this.launch.disabled = this.prepare.disabled = false;
    return undefined;
  }

  #say(sentence, field) {
    this.fault.textContent = sentence;
    this.fault.hidden = !sentence;
    field?.focus();
  }
}
