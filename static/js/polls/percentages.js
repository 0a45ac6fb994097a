// How many percent each option has.

/**
 * Whole percents of `counts` that add up to 100, by the largest remainder: for a single choice. Equal counts of a tie go by their place.
 * Where each may choose several, a percent is of the `people` who voted, and they add up to no particular number.
 * @param {number[]} counts
 * @param {{people: number, isSingle: boolean}} poll
 */
export function percentages(counts, { people, isSingle }) {
  const total = isSingle ? counts.reduce((sum, count) => sum + count, 0) : people;
  if (total === 0) return counts.map(() => 0);
  if (!isSingle) return counts.map((count) => Math.round((count * 100) / total));
  const whole = counts.map((count) => Math.floor((count * 100) / total));
  const missing = 100 - whole.reduce((sum, percent) => sum + percent, 0);
  const remainder = (/** @type {number} */ place) => (counts[place] * 100) % total;
  const places = counts.map((_count, place) => place).sort((one, other) => remainder(other) - remainder(one) || one - other);
  for (const place of places.slice(0, missing)) whole[place] += 1;
  return whole;
}
