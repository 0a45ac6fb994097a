// Title and description of the session on a page that is open: what the host edits is there at once.

/**
 * Follow them in every element with data-session="title" or "description" (data-otherwise: what stands there without one).
 * @param {Realtime} room
 */
export function mountSessionWords(room) {
  const titles = document.querySelectorAll('[data-session="title"]');
  let shown = titles[0]?.textContent ?? "";
  const draw = () => {
    const { title, description } = room.state.session;
    if (title !== shown) {
      for (const place of titles) place.textContent = title;
      document.title = document.title.replace(shown, () => title);
      shown = title;
    }
    for (const place of document.querySelectorAll('[data-session="description"]')) {
      const words = description || place.dataset.otherwise;
      if (place.textContent === words) continue;
      place.textContent = words;
      (place.closest("details") ?? place).toggleAttribute("hidden", !words);
    }
  };
  room.on("open reset session.settings", draw);
}
