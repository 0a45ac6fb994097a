// What a webinar has instead of its preset: chat, stage, polls on or off, and the places on stage.
import { gettext, interpolate, ngettext } from "../shared/gettext.js";

const SAID = {
  chat: { on: gettext("The chat is switched on."), off: gettext("The chat is switched off.") },
  stage: { on: gettext("The stage is switched on."), off: gettext("The stage is switched off: nobody new comes on it.") },
  poll: { on: gettext("Polls are switched on."), off: gettext("Polls are switched off: nobody sees them.") },
};
const AS_PRESET = gettext("As in the preset again.");

/** The controls in `section`; `change(path, body, said)` makes a change and gives the reply, null when it was refused. */
export function mountOverrides(section, change) {
  const field = (name) => section.querySelector(`[name=${name}]`);
  const back = (name) => section.querySelector(`[data-back="${name}"]`);
  const note = (name) => section.querySelector(`[data-note="${name}"]`);
  const places = field("max_join_limit");

  for (const kind of Object.keys(SAID)) {
    field(`${kind}_enabled`).addEventListener("change", ({ target }) =>
      change("settings", { [`${kind}_enabled`]: target.checked }, SAID[kind][target.checked ? "on" : "off"]),
    );
  }
  places.addEventListener("change", () => {
    if (!places.value || !places.checkValidity()) {
      places.reportValidity();
      return;
    }
    const count = Number(places.value);
    change("settings", { max_join_limit: count }, interpolate(ngettext("%(count)s place on stage.", "%(count)s places on stage.", count), { count }));
  });
  for (const button of section.querySelectorAll("[data-back]")) {
    button.addEventListener("click", async () => {
      if (await change("settings", { [button.dataset.back]: null }, AS_PRESET)) field(button.dataset.back).focus();
    });
  }

  /** Whether `name` has a value of its own, and what the preset says, `inWords`. */
  const mark = (name, override, inWords) => {
    const isOwn = override !== null;
    back(name).hidden = !isOwn;
    const words = isOwn ? gettext("Only this webinar; the preset says: %(value)s") : gettext("As in the preset");
    note(name).textContent = interpolate(words, { value: inWords });
  };

  return {
    /** Show what the state says. */
    draw({ session }) {
      for (const kind of Object.keys(SAID)) {
        field(`${kind}_enabled`).checked = session[`effective_${kind}_enabled`];
        mark(`${kind}_enabled`, session[`${kind}_enabled_override`], session.preset[`${kind}_enabled`] ? gettext("on") : gettext("off"));
      }
      if (document.activeElement !== places) places.value = session.effective_max_join_limit;
      mark("max_join_limit", session.max_join_limit_override, session.preset.max_join_limit);
    },
  };
}
