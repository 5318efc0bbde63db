/** Pages that stay small however large what they list is. */

/** The next page begins before `nextBefore`; null at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextBefore: number | null;
}

export interface PageSource<T> {
  /** Newest first: those before `before`, at most `limit`. */
  readonly fetch: (before: number | undefined, limit: number) => Promise<readonly T[]>;
  /** What `before` counts. 1 is the oldest. */
  readonly positionOf: (item: T) => number;
}

/** A page may be ended early by this, in characters of JSON; it holds one item at least. */
const MOST_CHARACTERS = 2 * 1024 * 1024;
/** Asked for at a time, so that no more is read than is shown. */
const AT_A_TIME = 10;

export async function readPage<T>(
  { fetch, positionOf }: PageSource<T>,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<Page<T>> {
  const items: T[] = [];
  let characters = 0;
  let position = before;
  while (items.length < limit) {
    const some = await fetch(position, Math.min(AT_A_TIME, limit - items.length));
    for (const item of some) {
      characters += JSON.stringify(item).length;
      if (items.length > 0 && characters > MOST_CHARACTERS) return { items, nextBefore: position ?? null };
      items.push(item);
      position = positionOf(item);
    }
    if (some.length === 0 || position === 1) return { items, nextBefore: null };
  }
  return { items, nextBefore: position ?? null };
}
