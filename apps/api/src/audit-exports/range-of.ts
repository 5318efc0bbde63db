/** Both ends are included. */
export interface AskedRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The one range of bytes that a `Range` header asks for (RFC 9110), so that a download goes on where it broke off. Undefined where
 * it asks for none, for several, or for what is not there: then all of it is the answer.
 */
export function rangeOf(header: string | undefined, bytes: number): AskedRange | undefined {
  const [, first, last = ""] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (first === undefined) return undefined;
  const start = Number(first);
  const end = last === "" ? bytes - 1 : Math.min(Number(last), bytes - 1);
  return start <= end ? { start, end } : undefined;
}
