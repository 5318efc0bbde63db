/** A request target's path, as it was sent: without its query, and not unescaped. */
export function pathOf(target: string): string {
  const end = target.indexOf("?");
  return end === -1 ? target : target.slice(0, end);
}
