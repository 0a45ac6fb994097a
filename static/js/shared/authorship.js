// What people wrote, and who wrote it, in every panel alike.
import { make } from "./elements.js";

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

/**
 * Who wrote: the name in a direction of its own, and for the crew a badge, which no name can imitate.
 * @param {Published} message
 * @param {{me: string, texts: Texts}} reader
 */
export function author(message, { me, texts }) {
  const name = make("bdi", { className: "chat-name", textContent: message.user_id === me ? texts.you : message.username });
  const role = texts.roles[message.role];
  return role ? [name, make("span", { className: "chat-badge", dataset: { role: message.role }, textContent: role })] : [name];
}
