/**
 * What moved when the client took a newer ruleset.
 *
 * @example
 * client.on("change", ({ keys, version }) => console.log(`${keys.join(", ")} changed, now at ${version}`));
 */
export interface RulesetChange {
  /** Toggles that are new, gone or different, or ask a segment or wait for a toggle that is; may be empty. */
  readonly keys: readonly string[];
  /** `<epoch>.<revision>` of the ruleset that is now held. */
  readonly version: string;
  /** Another, which sorts later as text, when the service's database is restored; revisions compare only within one. */
  readonly epoch: string;
  readonly revision: number;
}
