// "Chat rules": the rules of the conversation as switches that work at once, in a dialog for the crew.
import { gettext, interpolate, ngettext } from "../shared/gettext.js";
import { reasonOf } from "../shared/page.js";

const SWITCHES = ["direct_to_crew_only", "hold_messages", "block_links", "is_door_closed"];
const UNRESTRICTED = { slow_mode: 0, chat_from: "everyone" };

const SAID = {
  direct_to_crew_only: {
    on: gettext("Direct messages reach the crew only."),
    off: gettext("Direct messages may go to everyone."),
  },
  hold_messages: {
    on: gettext("Messages and questions wait for the crew’s approval."),
    off: gettext("Messages and questions are shown at once."),
  },
  block_links: { on: gettext("Links are blocked."), off: gettext("Links are allowed.") },
  is_door_closed: { on: gettext("The webinar is locked."), off: gettext("The webinar is open again.") },
};

/** `button` opens `dialog`, and shows whether a rule is on; `context` as panels.js gives it. */
export function mountChatRules(button, dialog, context) {
  const { room, announce, notices, call } = context;
  const field = (name) => dialog.querySelector(`[name=${name}]`);
  const words = field("blocked_words");
  const state = dialog.querySelector("[data-chat-rules-state]");
  let saved = ""; // the words as the server has them

  const draw = () => {
    const { moderation, me } = room.state;
    button.hidden = !me.may.manage_chat;
    if (button.hidden && dialog.open) dialog.close();
    const isOn = SWITCHES.some((name) => moderation[name]) || Object.keys(UNRESTRICTED).some((name) => moderation[name] !== UNRESTRICTED[name]);
    button.dataset.rules = isOn ? "on" : "off";
    button.querySelector("[data-chat-rules-label]").textContent = isOn ? gettext("Chat rules: on") : gettext("Chat rules");
    for (const name of SWITCHES) field(name).checked = moderation[name];
    setSeconds(field("slow_mode"), moderation.slow_mode);
    field("chat_from").value = moderation.chat_from;
  };

  const change = async (body, said) => {
    state.textContent = "";
    try {
      const rules = await call("moderation", { method: "PATCH", body });
      announce(said);
      state.textContent = said;
      return rules;
    } catch (error) {
      state.textContent = reasonOf(error);
      notices.show("chat-rules", state.textContent, { tone: "error" });
      draw();
      return null;
    }
  };

  for (const name of SWITCHES) {
    field(name).addEventListener("change", ({ target }) =>
      change({ [name]: target.checked }, SAID[name][target.checked ? "on" : "off"]),
    );
  }
  const chosen = (select) => ({ value: select.selectedOptions[0].textContent });
  field("slow_mode").addEventListener("change", ({ target }) =>
    change({ slow_mode: Number(target.value) }, interpolate(gettext("Slow mode: %(value)s"), chosen(target))),
  );
  field("chat_from").addEventListener("change", ({ target }) =>
    change({ chat_from: target.value }, interpolate(gettext("Who may write: %(value)s"), chosen(target))),
  );
  const saveWords = async () => {
    if (words.value === saved) return;
    const list = words.value.split("\n").map((word) => word.trim()).filter(Boolean);
    const rules = await change({ blocked_words: list }, gettext("The list of words was saved."));
    if (rules) showWords(rules);
  };
  const showWords = (rules) => {
    saved = rules.blocked_words.join("\n");
    if (document.activeElement !== words) words.value = saved;
  };
  words.addEventListener("change", saveWords);

  button.addEventListener("click", async () => {
    state.textContent = "";
    words.disabled = true;
    draw();
    dialog.showModal();
    try {
      showWords(await call("moderation"));
      words.value = saved;
      words.disabled = false;
    } catch (error) {
      state.textContent = reasonOf(error);
    }
  });
  room.on("open reset session.moderation", draw);
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
