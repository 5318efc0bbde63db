/** Parts up to this length are looked for by the runtime, whose worst case is the product of the two lengths. */
const SHORT_PART = 16;

/** Whether `part` stands in `text`, in time linear in their lengths whatever they are. */
export function contains(text: string, part: string): boolean {
  if (part.length <= SHORT_PART || part.length > text.length) return text.includes(part);

  const borders = bordersOf(part);
  let matched = 0;
  for (let at = 0; at < text.length; at++) {
    matched = extend(part, borders, matched, text.charCodeAt(at));
    if (matched === part.length) return true;
  }
  return false;
}

/** For each prefix, the length of the longest border: what is its beginning and its end, and shorter (Knuth, Morris, Pratt). */
function bordersOf(part: string): Uint32Array {
  const borders = new Uint32Array(part.length);
  let matched = 0;
  for (let at = 1; at < part.length; at++) {
    matched = extend(part, borders, matched, part.charCodeAt(at));
    borders[at] = matched;
  }
  return borders;
}

/** How much of `part` ends at a unit, where `matched` of it ended at the unit before. */
function extend(part: string, borders: Uint32Array, matched: number, unit: number): number {
  let length = matched;
  while (length > 0 && part.charCodeAt(length) !== unit) length = borders[length - 1] ?? 0;
  return part.charCodeAt(length) === unit ? length + 1 : length;
}
