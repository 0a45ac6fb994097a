// How many pictures go side by side so that each is as large as it can be.

const RATIO = 16 / 9;
const SMALLEST = 64; // px: below, the grid scrolls instead
const SIDE = { least: 128, most: 256, share: 0.2 }; // px of the width: the cameras beside a shared screen
const STRIP = { least: 56, most: 128, share: 0.24 }; // px of the height: the cameras below it
const WORTH = 1.15; // how much larger the screen must become for the cameras to go below it

/**
 * Width and height in px of `count` equal pictures of 16:9 in a box of `width` × `height` px with `gap` between them.
 * A single row or column may be cut to fill the box: faces stand in the middle.
 */
export function tileSize(count, width, height, gap) {
  let best = { width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (width - gap * (columns - 1)) / columns;
    const cellHeight = (height - gap * (rows - 1)) / rows;
    const fitting = Math.min(cellWidth, cellHeight * RATIO);
    if (fitting > best.width) best = { width: fitting, height: fitting / RATIO, cellWidth, cellHeight };
  }
  if (best.width < SMALLEST) {
    const columns = Math.max(1, Math.floor((width + gap) / (SMALLEST + gap)));
    const smallest = (width - gap * (columns - 1)) / columns;
    return { width: Math.floor(smallest), height: Math.floor(smallest / RATIO) };
  }
  return {
    width: Math.floor(Math.min(best.cellWidth, best.width * 1.2)),
    height: Math.floor(Math.min(best.cellHeight, best.height * 1.5)),
  };
}

const part = (whole, { least, most, share }) => Math.min(most, Math.max(least, whole * share));

/**
 * Where the cameras stand in a box of `width` × `height` px with a shared screen: beside it ("wide") or in a strip below it ("tall"), whichever
 * leaves the larger screen.
 */
export function screenShape(width, height) {
  const beside = Math.min(width - part(width, SIDE), height * RATIO);
  const below = Math.min(width, (height - part(height, STRIP)) * RATIO);
  return below > beside * WORTH ? "tall" : "wide";
}

/** Keep `box` (an element whose children are the pictures) told: `--tile-width`, `--tile-height`. Returns draw(). */
export function mountGrid(box) {
  const draw = () => {
    const { clientWidth: width, clientHeight: height, children } = box;
    if (!children.length || !width || !height) return;
    const gap = Number.parseFloat(getComputedStyle(box).columnGap) || 0;
    const size = tileSize(children.length, width, height, gap);
    box.style.setProperty("--tile-width", `${size.width}px`);
    box.style.setProperty("--tile-height", `${size.height}px`);
  };
  new ResizeObserver(draw).observe(box);
  return draw;
}
