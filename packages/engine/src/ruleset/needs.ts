/** What has to be loaded before a ruleset, or a ruleset after a patch, is prepared. */
export interface Needs {
  /** `@burgee/engine/matches` */
  matches: boolean;
  /** `@burgee/engine/library`, where it is not in `prepare` already. */
  library: boolean;
}

/** What a reader saw that a ruleset or a patch needs, so that nobody has to walk its trees again. */
const seen = new WeakMap<object, Readonly<Needs>>();

export function keepNeeds(read: object, needs: Readonly<Needs>): void {
  seen.set(read, needs);
}

/** `undefined` for what was not read but made. */
export function needsSeen(read: object): Readonly<Needs> | undefined {
  return seen.get(read);
}
