/** What the page hears of others while it is open: whether it hears anything, and who changed what of late. */
import { useSyncExternalStore } from "react";
import { useNow } from "../design/use-now.ts";

export type LiveStatus = "connected" | "reconnecting" | "offline";

export interface RecentChange {
  readonly objectKind: string;
  readonly objectKey: string;
  readonly environment: string | null;
  /** A person's name; null for what no person did. */
  readonly actorName: string | null;
  readonly at: string;
}

/** As long as a change is news. */
const NEWS_MS = 30_000;
const MOST_KEPT = 100;

let status: LiveStatus | undefined;
let changes: readonly RecentChange[] = [];
const listeners = new Set<() => void>();

/** Undefined where nothing is watched, outside of a project. */
export function useLiveStatus(): LiveStatus | undefined {
  return useSyncExternalStore(subscribe, () => status);
}

/** The latest change of an object that is still news: in one environment, or in any where none is named. */
export function useRecentChange(
  objectKind: string,
  objectKey: string,
  environment?: string,
): RecentChange | undefined {
  const all = useSyncExternalStore(subscribe, () => changes);
  const now = useNow();
  return all.findLast(
    (change) =>
      change.objectKind === objectKind &&
      change.objectKey === objectKey &&
      (environment === undefined || change.environment === null || change.environment === environment) &&
      now - Date.parse(change.at) < NEWS_MS,
  );
}

export function setLiveStatus(next: LiveStatus | undefined): void {
  status = next;
  tellAll();
}

export function noteChange(change: RecentChange): void {
  changes = [...changes, change].slice(-MOST_KEPT);
  tellAll();
}

function tellAll(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
