// Lists whose items come, go and change places without losing focus or the reader's place.

/**
 * Make `items` the children of `list`, in this order; those that are there already are moved only when needed.
 * @param {Element} list
 * @param {Element[]} items
 */
export function arrange(list, items) {
  const wanted = new Set(items);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  items.forEach((item, place) => {
    if (list.children[place] === item) return;
    const focused = item.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
    list.insertBefore(item, list.children[place] ?? null);
    focused?.focus({ preventScroll: true });
  });
}
