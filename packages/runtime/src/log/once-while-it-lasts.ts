const QUIET_MS = 30_000;

/**
 * Reports an error once for as long as it goes on: the same one again only after it had been away for half a minute.
 *
 * For what is tried over and over while a server is away, where each try fails in the same way.
 */
export function onceWhileItLasts(
  report: (error: unknown) => void,
  now: () => number = () => performance.now(),
): (error: unknown) => void {
  const lastSeen = new Map<string, number>();
  return (error) => {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const isOver = (seen: number | undefined) => seen === undefined || now() - seen >= QUIET_MS;
    const isNews = isOver(lastSeen.get(text));
    for (const [other, seen] of lastSeen) if (isOver(seen)) lastSeen.delete(other);
    lastSeen.set(text, now());
    if (isNews) report(error);
  };
}
