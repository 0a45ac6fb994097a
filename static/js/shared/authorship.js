// What people wrote, and who wrote it, in every panel alike.
import { make } from "./elements.js";
import { gettext } from "./gettext.js";

// What stands at the end of a sentence is not part of the address before it.
const ADDRESS = /https?:\/\/[^\s<>"]+[^\s<>"'.,;:!?)\]}…]/gi;

/**
 * `text` as nodes: addresses of the web are links that tell nothing to where they lead, all else is text.
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function withLinks(text) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = URL.parse?.(found[0]) ?? safely(found[0]);
    if (!address || !["http:", "https:"].includes(address.protocol)) continue;
    nodes.push(text.slice(end, found.index));
    nodes.push(make("a", { href: address.href, target: "_blank", rel: "noopener noreferrer nofollow ugc", textContent: found[0] }));
    end = found.index + found[0].length;
  }
  return [...nodes, text.slice(end)];
}

function safely(address) {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

const ROLES = {
  host: gettext("Host"),
  co_host: gettext("Co-host"),
  moderator: gettext("Moderator"),
  speaker: gettext("Speaker"),
};

/**
 * The badge of a role, in a list: none for the audience.
 * @param {string} role
 */
export const badgeOf = (role) =>
  role in ROLES ? [make("span", { className: "chat-badge", dataset: { role }, textContent: ROLES[role] })] : [];

/**
 * Who wrote: the name in a direction of its own, and for the crew a badge, which no name can imitate. `me` is who reads.
 * @param {Published} message
 * @param {string} me
 */
export function author(message, me) {
  const name = message.user_id === me ? gettext("You") : message.username;
  return [make("bdi", { className: "chat-name", textContent: name }), ...badgeOf(message.role)];
}
