/** The drafts of this tab. They stand outside of every component, so that neither a closed section nor another page loses one. */
import { useMemo, useSyncExternalStore } from "react";
import { type Change, changesBetween } from "./changes.ts";
import { draftOf, type SettingContent } from "./draft.ts";
import { type DraftAction, type DraftState, draftReducer } from "./draft-reducer.ts";
import { type DraftPlace, keptDraftsIn } from "./kept-drafts.ts";

const kept = keptDraftsIn(() => sessionStorage);
const states = new Map<string, DraftState | undefined>();
const listeners = new Set<() => void>();

export interface DraftOfSetting extends DraftState {
  readonly changes: readonly Change[];
  /** Whether somebody else saved another version since this draft began. */
  readonly isStale: boolean;
  readonly dispatch: (action: DraftAction) => void;
  readonly forget: () => void;
  /** It is published, as this. */
  readonly settle: (published: SettingContent & { readonly version: number }) => void;
}

/** The draft of one toggle in one environment; as long as nothing is changed, it follows what is saved. */
export function useDraft(
  place: DraftPlace,
  saved: SettingContent & { readonly version: number },
): DraftOfSetting {
  const key = keyOf(place);
  const held = useSyncExternalStore(subscribe, () => read(key, place));
  const fresh = useMemo((): DraftState => {
    const base = draftOf(saved);
    return { version: saved.version, base, draft: base };
  }, [saved]);
  const heldChanges = useMemo(() => (held ? changesBetween(held.base, held.draft) : []), [held]);
  // What was just saved is known here before it is read again.
  const isHeld = held !== undefined && (held.version >= fresh.version || heldChanges.length > 0);
  const state = isHeld ? held : fresh;
  return {
    ...state,
    changes: isHeld ? heldChanges : [],
    isStale: state.version < saved.version,
    // Two edits of one moment both count, so the second begins from what the first left.
    dispatch: (action) => write(key, place, draftReducer((isHeld && read(key, place)) || state, action)),
    forget: () => write(key, place, undefined),
    settle: (published) => {
      const base = draftOf(published);
      write(key, place, { version: published.version, base, draft: base });
    },
  };
}

/** Puts a draft in the place of what was there, from another page. */
export function startDraft(place: DraftPlace, state: DraftState): void {
  write(keyOf(place), place, state);
}

/** What is kept, for pages that only look at it. */
export function findDraft(place: DraftPlace): DraftState | undefined {
  return read(keyOf(place), place);
}

function keyOf({ tenant, project, environment, toggle }: DraftPlace): string {
  return JSON.stringify([tenant, project, environment, toggle]);
}

function read(key: string, place: DraftPlace): DraftState | undefined {
  if (!states.has(key)) states.set(key, kept.read(place));
  return states.get(key);
}

function write(key: string, place: DraftPlace, state: DraftState | undefined): void {
  states.set(key, state);
  kept.write(place, state && changesBetween(state.base, state.draft).length > 0 ? state : undefined);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
