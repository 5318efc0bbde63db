/** What a sticky pattern finds at an offset. Allocates nothing but what it found: a text may have 200,000 tokens. */
export function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? text.slice(at, pattern.lastIndex) : undefined;
}
