// Finding somebody who did not ask, to bring them on stage.
import { arrange } from "../shared/arrange.js";
import { partsOf } from "../shared/elements.js";
import { gettext } from "../shared/gettext.js";
import { reasonOf } from "../shared/page.js";
import { PersonRow } from "./stage_row.js";

const MOST = 8; // people shown at once

export class Finder {
  #people = [];
  #rows = new Map();
  #now = { onStage: new Set(), closed: false };

  /** `load()` gives `[{id, name}]`, `add(person)` brings one on; both promises. */
  constructor(panel, { load, add }) {
    this.load = load;
    this.add = add;
    const find = partsOf(panel);
    this.toggle = find("add-toggle");
    this.area = find("add");
    this.field = find("add-name");
    this.result = find("add-result");
    this.list = find("add-people");
    this.toggle.addEventListener("click", () => this.#open(this.area.hidden));
    this.field.addEventListener("input", () => this.draw());
  }

  async #open(isOpen) {
    this.area.hidden = !isOpen;
    this.toggle.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) return;
    this.field.value = "";
    this.field.focus();
    this.result.textContent = "";
    try {
      this.#people = await this.load();
      this.draw();
    } catch (error) {
      this.result.textContent = reasonOf(error);
    }
  }

  /** Show who matches; `now` says who is on stage already and whether anybody can come. */
  draw(now = this.#now) {
    this.#now = now;
    if (this.area.hidden) return;
    const wanted = this.field.value.trim().toLocaleLowerCase();
    const found = this.#people
      .filter(({ id, name }) => !now.onStage.has(id) && name.toLocaleLowerCase().includes(wanted))
      .sort((one, other) => one.name.localeCompare(other.name));
    const shown = found.slice(0, MOST).map((person) => {
      if (!this.#rows.has(person.id)) this.#rows.set(person.id, new PersonRow());
      const row = this.#rows.get(person.id);
      row.draw(person, { approve: () => this.add(person) }, { cannotCome: now.closed });
      return row.element;
    });
    const hadFocus = this.list.contains(document.activeElement);
    arrange(this.list, shown);
    if (hadFocus && !this.list.contains(document.activeElement)) this.field.focus();
    let text = found.length > MOST ? gettext("More people match. Type more of the name.") : "";
    if (found.length === 0) text = gettext("Nobody with this name is here and off the stage.");
    if (this.result.textContent !== text) this.result.textContent = text;
  }
}
