/**
 * Keys that do something. A component takes a key with `useShortcut` as long as it is on the page; the sheet behind `?` lists what is
 * there at the moment.
 */
import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import { areSingleKeysOn } from "./preferences.ts";
import { isSingleKey, pressedKey } from "./shortcut-keys.ts";

export interface Shortcut {
  /** `g t` for one after the other, `Mod+S` for both at once. */
  readonly keys: string;
  /** What it does, such as `Create a toggle`. */
  readonly does: string;
  /** Under which heading the sheet lists it. */
  readonly section?: string;
  /** Those with `Mod` also while the person types. */
  readonly run: () => void;
}

/** Between the two keys of `g t`. */
const SEQUENCE_MS = 1_000;

let shortcuts: readonly Shortcut[] = [];
const listeners = new Set<() => void>();
let before: { readonly key: string; readonly at: number } | undefined;

/** @param isOn left out, as long as the component is there */
export function useShortcut(shortcut: Shortcut, isOn = true): void {
  const { keys, does, section } = shortcut;
  const run = useEffectEvent(() => shortcut.run());
  useEffect(() => {
    if (!isOn) return undefined;
    const added: Shortcut = {
      keys,
      does,
      ...(section !== undefined && { section }),
      run: () => run(),
    };
    change([...shortcuts, added]);
    return () => change(shortcuts.filter((each) => each !== added));
  }, [keys, does, section, isOn]);
}

/** What the sheet lists. */
export function useShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(subscribe, () => shortcuts);
}

/** Once for the whole page. */
export function listenForShortcuts(target: Window): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    const found = find(event);
    if (!found) return;
    event.preventDefault();
    found.run();
  };
  target.addEventListener("keydown", onKeyDown);
  return () => target.removeEventListener("keydown", onKeyDown);
}

/** Whoever took a key last has it. */
function find(event: KeyboardEvent): Shortcut | undefined {
  if (event.defaultPrevented || event.repeat) return undefined;
  const key = pressedKey(event);
  if (key === undefined) return undefined;
  if (!key.startsWith("Mod+") && (isTyping(event.target) || !areSingleKeysOn())) return undefined;

  const sequence = before && event.timeStamp - before.at < SEQUENCE_MS ? `${before.key} ${key}` : undefined;
  const found =
    shortcuts.findLast(({ keys }) => keys === sequence) ?? shortcuts.findLast(({ keys }) => keys === key);
  before = found ? undefined : { key, at: event.timeStamp };
  return found;
}

/** In a dialog, keys are the dialog's. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest(
      "input:not([type=checkbox],[type=radio]), textarea, select, [role=dialog], [role=menu], [role=listbox]",
    ) !== null
  );
}

function change(next: readonly Shortcut[]): void {
  shortcuts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** For the sheet, which says so where they are off. */
export function isUsable({ keys }: Shortcut): boolean {
  return !isSingleKey(keys) || areSingleKeysOn();
}
