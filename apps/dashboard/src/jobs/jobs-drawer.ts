/** Whether the drawer of jobs is open: whoever begins a job opens it. */
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let isOpen = false;

export const jobsDrawer = { open: () => set(true), close: () => set(false) };

export function useJobsDrawer(): boolean {
  return useSyncExternalStore(subscribe, () => isOpen);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function set(next: boolean): void {
  isOpen = next;
  for (const listener of listeners) listener();
}
