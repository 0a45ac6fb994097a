// In the panel "people" of the studio, before the session is live: who waits in the lobby, and what is said to them.
import { make, partsOf } from "../shared/elements.js";
import { gettext, interpolate, ngettext } from "../shared/gettext.js";
import { reasonOf } from "../shared/page.js";
import { isCrew } from "../state/roles.js";

const NAMED = 30;

/**
 * Show it in `section` and keep it true. Where the page follows no lobby there is nothing to show.
 * @param {PageElement} section
 * @param {PanelContext} context
 */
export function mountLobbySection(section, { room, lobby, call, announce }) {
  if (lobby) mount(section, { room, lobby, call, announce });
}

/**
 * @param {PageElement} section
 * @param {{room: Realtime, lobby: Lobby, call: Call, announce: Announce}} context
 */
function mount(section, { room, lobby, call, announce }) {
  const part = partsOf(section);
  const form = part("lobby-form");
  const field = form.querySelector("input");
  const said = () => room.state?.lobby_message.message ?? "";

  function draw() {
    if (!room.state) return;
    const { me, session } = room.state;
    section.hidden = !(isCrew(me.role) && session.status === "scheduled");
    if (section.hidden) return;
    const { people, total } = lobby.waiting ?? { people: [], total: 0 };
    const words = ngettext("%(count)s person is waiting in the lobby", "%(count)s people are waiting in the lobby", total);
    part("lobby-title").textContent = total === 0 ? gettext("Nobody is waiting in the lobby") : interpolate(words, { count: total });
    part("lobby-names").replaceChildren(...people.slice(0, NAMED).map(({ username }) => make("li", {}, make("bdi", { textContent: username, title: username }))));
    const more = total - Math.min(people.length, NAMED);
    part("lobby-more").hidden = more <= 0;
    part("lobby-more").textContent = interpolate(ngettext("and %(count)s more", "and %(count)s more", more), { count: more });
    form.hidden = !me.may.manage_chat;
  }

  function drawSaid() {
    if (document.activeElement !== field) field.value = said();
    form.querySelector("[data-remove]").hidden = !said();
    part("lobby-said").textContent = said() ? gettext("Everyone in the lobby reads this now.") : gettext("One line, shown to everyone in the lobby until you go live.");
  }

  async function say(text) {
    try {
      await (text ? call("lobby_message", { method: "PUT", body: { message: text } }) : call("lobby_message", { method: "DELETE", body: {} }));
      announce(text ? gettext("The message is shown in the lobby.") : gettext("The message was removed from the lobby."));
    } catch (error) {
      part("lobby-said").textContent = reasonOf(error);
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    say(field.value.trim());
  });
  form.querySelector("[data-remove]").addEventListener("click", () => {
    field.value = "";
    field.focus();
    say("");
  });
  room.on("open reset session.live session.rescheduled", () => {
    draw();
    drawSaid();
  });
  room.on("lobby.message", drawSaid);
  lobby.onChange(draw);
  draw();
  drawSaid();
}
