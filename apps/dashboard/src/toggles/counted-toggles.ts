/** So many toggles, in words. */
export function countedToggles(count: number): string {
  return `${count} ${count === 1 ? "toggle" : "toggles"}`;
}
