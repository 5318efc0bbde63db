/**
 * Where the last good ruleset survives a restart: `fileStore` of `@burgee/sdk/file-store`, or one of your own. What it is given is
 * sealed with a checksum and read back with suspicion, so that it need only keep bytes. It may reject: that is told as `store_failed`.
 *
 * - Names: `ruleset`, and `list-<64 hexadecimal digits>` for each list beside it.
 * - Bytes: a ruleset has at most some 40 MiB, a list at most 128 MiB; mostly a thousandth of that.
 *
 * @example
 * const store: RulesetStore = {
 *   load: (name) => bucket.read(name), // undefined when there is none
 *   save: (name, bytes) => bucket.write(name, bytes),
 * };
 */
export interface RulesetStore {
  /** What was saved last under `name`; undefined when nothing was. */
  load(name: string): Promise<Uint8Array | undefined>;
  /** Puts `bytes` in the place of what was saved under `name`, whole or not at all. */
  save(name: string, bytes: Uint8Array): Promise<void>;
  /** Lets go of every list but those that are named. Left out, they stay. */
  keepLists?(names: readonly string[]): Promise<void>;
}
