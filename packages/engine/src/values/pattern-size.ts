/** How large a pattern of RE2 becomes at most when its repetitions are written out: its length times all their counts. */
export function patternSize(pattern: string): number {
  let repeats = 1;
  for (const [, least = "", most] of pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g))
    repeats += Number(most || least);
  return pattern.length * repeats;
}
