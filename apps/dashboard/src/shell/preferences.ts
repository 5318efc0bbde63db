/** What a person chose in this browser. The colour scheme is kept by Mantine itself. */
import { useSyncExternalStore } from "react";

const SINGLE_KEYS = "burgee-single-keys";
const listeners = new Set<() => void>();

/** Whether letters alone are shortcuts (WCAG 2.1.4 wants a way to switch them off). */
export function areSingleKeysOn(): boolean {
  return read(SINGLE_KEYS) !== "off";
}

export function useSingleKeys(): readonly [isOn: boolean, set: (isOn: boolean) => void] {
  const isOn = useSyncExternalStore(subscribe, areSingleKeysOn);
  return [isOn, (next) => write(SINGLE_KEYS, next ? "on" : "off")];
}

/** Storage may be closed to us, as in a private window: then a choice lasts as long as the page. */
const kept = new Map<string, string>();

function read(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? kept.get(name);
  } catch {
    return kept.get(name);
  }
}

function write(name: string, value: string): void {
  kept.set(name, value);
  try {
    localStorage.setItem(name, value);
  } catch {
    // It is kept above.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
