// Two curves over the last minutes, as SVG: the bit rate, and the pictures a second.
import { drawn } from "../shared/elements.js";

const WIDTH = 600;
const HEIGHT = 120;

/** The next round number above: what the upper edge of the chart stands for. */
function ceiling(value) {
  const step = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return Math.ceil(value / step) * step || 1;
}

/**
 * Mount in `svg`. `draw(samples, now)`: samples are {at (ms), kbps, fps}, null where nothing was sent; `span` milliseconds are shown.
 * A gap in a curve is a gap in the stream. Returns draw, which gives {kbps, fps}: what the upper edges stand for.
 */
export function mountChart(svg, span) {
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("preserveAspectRatio", "none");
  for (const part of [1, 2, 3]) {
    const y = (HEIGHT / 4) * part;
    svg.append(drawn("line", { class: "chart-grid", x1: 0, x2: WIDTH, y1: y, y2: y, "vector-effect": "non-scaling-stroke" }));
  }
  const curves = {};
  for (const name of ["kbps", "fps"]) {
    curves[name] = drawn("path", { class: `chart-${name}`, fill: "none", "vector-effect": "non-scaling-stroke" });
    svg.append(curves[name]);
  }

  return (samples, now) => {
    const tops = {};
    for (const [name, curve] of Object.entries(curves)) {
      tops[name] = ceiling(Math.max(0, ...samples.map((sample) => sample[name] ?? 0)) * 1.1);
      let isOpen = false;
      let path = "";
      for (const sample of samples) {
        const value = sample[name];
        if (value === null) {
          isOpen = false;
          continue;
        }
        const x = WIDTH * (1 - (now - sample.at) / span);
        const y = HEIGHT * (1 - value / tops[name]);
        path += `${isOpen ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
        isOpen = true;
      }
      curve.setAttribute("d", path);
    }
    return tops;
  };
}
