// "Chat rules": the rules of the conversation, for everyone but the crew.
import { gettext, interpolate, ngettext } from "../shared/gettext.js";

const SWITCHES = ["direct_to_crew_only", "hold_messages", "block_links", "is_door_closed"];
const UNRESTRICTED = { slow_mode: 0, chat_from: "everyone" };

const SAID = {
  direct_to_crew_only: {
    on: gettext("Direct messages reach the team only."),
    off: gettext("Direct messages may go to everyone."),
  },
  hold_messages: {
    on: gettext("Messages and questions need the team’s approval."),
    off: gettext("Messages and questions are shown at once."),
  },
  block_links: { on: gettext("Links are blocked."), off: gettext("Links are allowed.") },
  is_door_closed: { on: gettext("The webinar is locked."), off: gettext("The webinar is open again.") },
};

/** The controls in `section`; `change(path, body, said)` makes a change and gives the reply, `call` as panels.js gives it. */
export function mountChatRules(section, { change, call }) {
  const field = (name) => section.querySelector(`[name=${name}]`);
  const words = field("blocked_words");
  let saved = ""; // the words as the server has them

  for (const name of SWITCHES) {
    field(name).addEventListener("change", ({ target }) =>
      change("moderation", { [name]: target.checked }, SAID[name][target.checked ? "on" : "off"]),
    );
  }
  const chosen = (select) => ({ value: select.selectedOptions[0].textContent });
  field("slow_mode").addEventListener("change", ({ target }) =>
    change("moderation", { slow_mode: Number(target.value) }, interpolate(gettext("Slow mode: %(value)s"), chosen(target))),
  );
  field("chat_from").addEventListener("change", ({ target }) =>
    change("moderation", { chat_from: target.value }, interpolate(gettext("Who may write: %(value)s"), chosen(target))),
  );
  const saveWords = async () => {
    if (words.value === saved) return;
    const list = words.value.split("\n").map((word) => word.trim()).filter(Boolean);
    const rules = await change("moderation", { blocked_words: list }, gettext("The list of words was saved."));
    if (rules) showWords(rules);
  };
  const showWords = (rules) => {
    saved = rules.blocked_words.join("\n");
    if (document.activeElement !== words) words.value = saved;
  };
  words.addEventListener("change", saveWords);

  return {
    /** Show the rules of the state; `button` says whether one is on. */
    draw({ moderation }, button) {
      const isOn = SWITCHES.some((name) => moderation[name]) || Object.keys(UNRESTRICTED).some((name) => moderation[name] !== UNRESTRICTED[name]);
      button.dataset.rules = isOn ? "on" : "off";
      button.querySelector("[data-chat-rules-label]").textContent = isOn ? gettext("Chat rules: on") : gettext("Chat rules");
      for (const name of SWITCHES) field(name).checked = moderation[name];
      setSeconds(field("slow_mode"), moderation.slow_mode);
      field("chat_from").value = moderation.chat_from;
    },

    /** Fetch the blocked words, which the state does not have. Rejects with ApiError. */
    async load() {
      words.disabled = true;
      showWords(await call("moderation"));
      words.value = saved;
      words.disabled = false;
    },
  };
}

/** Choose `seconds`, which may be none of the usual ones. */
function setSeconds(select, seconds) {
  const value = String(seconds);
  if (![...select.options].some((option) => option.value === value)) {
    const text = ngettext("A message every %(count)s second", "A message every %(count)s seconds", seconds);
    select.add(new Option(interpolate(text, { count: seconds }), value));
  }
  select.value = value;
}
