// Room for what is seen while a phone shows its keyboard.

/** Keep `--visible-height` of `page` true, and `data-keyboard` "open" while a keyboard covers a good part of the window. */
export function mountViewport(page) {
  const viewport = window.visualViewport;
  if (!viewport) return;
  let tallest = 0;
  let width = 0;
  const draw = () => {
    // Zooming in makes the visible part smaller too.
    if (viewport.scale > 1.05) return;
    if (viewport.width !== width) tallest = 0;
    width = viewport.width;
    tallest = Math.max(tallest, viewport.height);
    page.style.setProperty("--visible-height", `${viewport.height}px`);
    const isTyping = document.activeElement?.matches("input, textarea") ?? false;
    page.dataset.keyboard = isTyping && viewport.height < tallest * 0.8 ? "open" : "closed";
  };
  viewport.addEventListener("resize", draw);
  document.addEventListener("focusout", draw);
  draw();
}
