"""Whether a page holds its shape: nothing wider or higher than the window, every control in view and reachable, none over another."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

SIZES = [(1024, 700), (1280, 800), (1920, 1080), (844, 390), (390, 844), (320, 640)]
SCHEMES = ["light", "dark"]

#: Words that are as high, as long and as dense as people can write them.
MARKS = ("e" + "\u0301\u0489\u0326\u0353" * 2) * 55  # more on one letter are taken away
LINES = "\n".join("x" for _ in range(250))
UNBROKEN = "W" * 499

_FAULTS = """([needed, mayScroll]) => {
  const faults = [];
  const name = (node) => {
    const words = (node.getAttribute("aria-label") ?? node.innerText ?? "").trim().replace(/\\s+/g, " ").slice(0, 30);
    return `${node.localName}${node.id ? `#${node.id}` : ""}${node.className ? `.${[...node.classList].join(".")}` : ""} "${words}"`;
  };
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) faults.push(`the page is ${root.scrollWidth - innerWidth} px too wide`);
  if (!mayScroll && root.scrollHeight > innerHeight) faults.push(`the page is ${root.scrollHeight - innerHeight} px too high`);
  const top = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document;
  // A link over several lines has a box a line.
  const boxOf = (node) => (getComputedStyle(node).display === "inline" ? node.getClientRects()[0] : node.getBoundingClientRect());
  // What is left of a box when everything around it that scrolls or clips has taken its part.
  const seen = (node) => {
    let { left, top, right, bottom } = boxOf(node);
    let scrolls = false;
    for (let parent = node.parentElement; parent; parent = parent.parentElement) {
      const { overflowX, overflowY, position } = getComputedStyle(parent);
      if (overflowX === "visible" && overflowY === "visible") continue;
      if (parent === root || parent === document.body) continue;
      const box = parent.getBoundingClientRect();
      left = Math.max(left, box.left);
      right = Math.min(right, box.right);
      top = Math.max(top, box.top);
      bottom = Math.min(bottom, box.bottom);
      scrolls ||= /auto|scroll/.test(overflowX + overflowY);
    }
    return { left, top, right, bottom, width: right - left, height: bottom - top, scrolls };
  };
  // Only for screen readers, until it has the focus: clipped to a pixel, itself or something around it.
  const isClipped = (node) => node && (getComputedStyle(node).clipPath === "inset(50%)" || isClipped(node.parentElement));
  const isShown = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true })
    && !node.matches(".skip-link") && !isClipped(node);
  const whole = (node) => {
    const box = boxOf(node);
    const part = seen(node);
    return part.width >= box.width - 1 && part.height >= box.height - 1;
  };
  const hit = (node) => {
    const { left, top, width, height } = boxOf(node);
    const found = document.elementFromPoint(left + width / 2, top + height / 2);
    return found && (node.contains(found) || node.labels?.[0]?.contains(found) || found.closest("label")?.control === node);
  };
  const controls = [...top.querySelectorAll("button, a[href], input, select, textarea, summary")].filter(isShown);
  for (const node of controls) {
    const box = boxOf(node);
    const part = seen(node);
    if (part.width < 1 || part.height < 1) {
      if (!part.scrolls) faults.push(`${name(node)} is cut off`);
      continue;
    }
    if (!part.scrolls && !whole(node)) faults.push(`${name(node)} is cut`);
    if (part.right > innerWidth + 1 || part.left < -1) faults.push(`${name(node)} leaves the window sideways`);
    if (!mayScroll && (part.bottom > innerHeight + 1 || part.top < -1)) faults.push(`${name(node)} leaves the window`);
    const inView = box.top >= 0 && box.bottom <= innerHeight;
    if (whole(node) && inView && !node.matches(".trim-handle") && !hit(node)) faults.push(`${name(node)} is covered`);
    if (node.matches("button, .button, .control") && node.scrollWidth > node.clientWidth + 1) {
      faults.push(`the words of ${name(node)} are wider than it`);
    }
  }
  for (const group of top.querySelectorAll(".control-select")) {
    if (isShown(group) && group.scrollWidth > group.clientWidth + 1) faults.push(`${name(group)} is wider than its place`);
  }
  const boxes = controls.map((node) => [node, seen(node)]).filter(([, box]) => box.width > 0 && box.height > 0);
  boxes.forEach(([first, a], place) => {
    for (const [second, b] of boxes.slice(place + 1)) {
      if (first.contains(second) || second.contains(first)) continue;
      // One slider with two handles is two that share their track.
      if (first.matches("[type=range]") && second.matches("[type=range]") && first.parentElement === second.parentElement) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 1) faults.push(`${name(first)} and ${name(second)} stand over each other`);
    }
  });
  for (const selector of needed) {
    const nodes = [...document.querySelectorAll(selector)].filter((node) => node.checkVisibility());
    if (nodes.length === 0) faults.push(`${selector} is missing`);
    for (const node of nodes) {
      const { left, top, right, bottom } = node.getBoundingClientRect();
      if (left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1) faults.push(`${selector} is out of view`);
      else if (!whole(node)) faults.push(`${selector} is partly out of view`);
      else if (!hit(node)) faults.push(`${selector} cannot be pressed`);
    }
  }
  return [...new Set(faults)];
}"""
#: Resolves after what follows a change of size (ResizeObserver, one redraw that it causes) was drawn.
_SETTLED = """() => new Promise((done) => {
  const next = (left) => requestAnimationFrame(() => (left ? next(left - 1) : done()));
  next(3);
})"""


def layout_faults(page: Page, needed: list[str], *, may_scroll: bool = False) -> list[str]:
    """What is wrong with the page as it stands; ``needed`` are selectors of controls that must be whole and in view."""
    page.evaluate(_SETTLED)
    found: list[str] = page.evaluate(_FAULTS, [needed, may_scroll])
    return found


def in_every_size(page: Page) -> Iterator[str]:
    """Bring the page to each size in turn, to each in another scheme than to the one before; gives their names."""
    for number, (width, height) in enumerate(SIZES):
        scheme = SCHEMES[number % 2]
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        yield f"{width}×{height} {scheme}"


def faults_in_every_size(page: Page, needed: list[str], state: str, **options: Any) -> list[str]:
    return [
        f"{state}, {size}: {fault}" for size in in_every_size(page) for fault in layout_faults(page, needed, **options)
    ]
