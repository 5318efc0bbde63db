/**
 * Publishes what changed in one environment: claims it, compiles its changes in revision order, lets the ruleset pass
 * the gate, stores it if nobody else did meanwhile, and tells the bus. No lock and no transaction is held while it
 * compiles and tries: a claim is a moment until which others leave the environment alone, and storing compares.
 *
 * At least once: a publisher that dies before it stored anything did nothing, and one that dies before it announced is
 * made up for by the next poll, since the store remembers what was announced. Consumers drop what they have.
 */
import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type {
  Claim,
  Database,
  EnvironmentId,
  OutboxChange,
  PublicationWriter,
  StoredRuleset,
  SystemDatabase,
  TenantId,
} from "@burgee/db";
import { listsNeeded, RULESET_SCHEMA, type Ruleset, readRuleset } from "@burgee/engine";
import { attributeTypes } from "../context-attributes/attribute-types.ts";
import type { Keyring } from "../keyring/keyring.ts";
import { sealRuleset } from "../signing-keys/seal-ruleset.ts";
import type { PauseOptions } from "../turns/pauses.ts";
import { compileRuleset, type Published as PublishedRuleset } from "./compile-ruleset.ts";
import { passGate } from "./publish-gate.ts";
import type { PublishTurns } from "./publish-turns.ts";
import { publishCopy, type SnapshotStore } from "./ruleset-cache.ts";
import { encodeHint, type RulesetHint } from "./ruleset-hint.ts";

export interface PublisherPorts {
  readonly db: Database;
  readonly system: SystemDatabase;
  /** Opens the keys that sign. */
  readonly keyring: Keyring;
  /** Where copies are put, before any node is told; one that fails is made up for by the next. */
  readonly copies?: Pick<SnapshotStore, "put"> | undefined;
  /** Hears of a copy that could not be put. */
  readonly onUncopied?: (error: unknown) => void;
  /** Tells every node that holds anything of the tenant's that there is something new. */
  readonly announce: (message: string, tenantId: TenantId) => Promise<void>;
  /** Hears how each attempt ended, for metrics, logs, and what was given up. */
  readonly onOutcome: (target: PublishTarget, outcome: PublishOutcome) => void;
  /** Shares this process among tenants; without it, nobody waits. */
  readonly turns?: PublishTurns;
  /** The clock and the pauses of long work; the process's own where absent. */
  readonly gate?: PauseOptions;
}

export interface PublishTarget {
  readonly tenantId: TenantId;
  readonly environmentId: EnvironmentId;
}

export type PublishOutcome =
  | {
      readonly outcome: "published";
      readonly from: number;
      readonly hint: RulesetHint;
      /** Why everything was compiled anew, where what stood there was of no use. */
      readonly mended?: string;
      /** How many toggles there was no time to try. */
      readonly untried?: number;
    }
  | { readonly outcome: "announced_again"; readonly hint: RulesetHint }
  | { readonly outcome: "nothing_new" | "claimed_elsewhere" | "overtaken" | "left_to_poll" }
  | { readonly outcome: "unannounced"; readonly hint: RulesetHint; readonly error: unknown }
  | { readonly outcome: "failed"; readonly failures: number; readonly error: unknown };

/** How many revisions one ruleset takes in at the most; the rest follows with the next. */
const MOST_REVISIONS = 500;
/** Failures before the change is put aside for a person to look at; the publisher goes on trying, slowly. */
export const FAILURES_FOR_GOOD = 8;
/** Others leave an environment alone for so long; who takes longer renews it, and who died is made up for after it. */
const CLAIM_MS = 5_000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 30_000;

export async function publishEnvironment(
  ports: PublisherPorts,
  target: PublishTarget,
): Promise<PublishOutcome> {
  const outcome = await inTurn(ports, target);
  ports.onOutcome(target, outcome);
  return outcome;
}

async function inTurn(ports: PublisherPorts, target: PublishTarget): Promise<PublishOutcome> {
  if (!ports.turns) return attempt(ports, target);
  const giveBack = ports.turns.take(target);
  if (!giveBack) return { outcome: "left_to_poll" };
  try {
    return await attempt(ports, target);
  } finally {
    giveBack();
  }
}

async function attempt(ports: PublisherPorts, target: PublishTarget): Promise<PublishOutcome> {
  const { outcome, stored } = await publish(ports, target);
  if (!("hint" in outcome)) return outcome;
  if (stored) await copy(ports, target, stored);
  try {
    await announce(ports, target, outcome.hint);
    return outcome;
  } catch (error) {
    // Stored it is: nodes that ask find it, and the next poll announces it again.
    return { outcome: "unannounced", hint: outcome.hint, error };
  }
}

async function copy({ copies, onUncopied }: PublisherPorts, target: PublishTarget, stored: StoredRuleset) {
  if (!copies) return;
  try {
    await publishCopy(copies, target, stored);
  } catch (error) {
    onUncopied?.(error);
  }
}

/** How it went, and what stands in the database by then. */
interface Published {
  readonly outcome: PublishOutcome;
  readonly stored?: StoredRuleset;
}

async function publish(ports: PublisherPorts, target: PublishTarget): Promise<Published> {
  let claim: Claim | undefined;
  try {
    const work = await ports.system.publish((publications) => begin(publications, target));
    if ("outcome" in work) return work;
    claim = work.claim;
    return await publishClaimed(ports, work);
  } catch (error) {
    const failures = (claim?.failures ?? 0) + 1;
    await recordFailure(ports, claim ?? target, failures, error);
    return { outcome: { outcome: "failed", failures, error } };
  }
}

interface Work {
  readonly claim: Claim;
  readonly changes: readonly OutboxChange[];
  readonly last: OutboxChange;
  readonly stored: StoredRuleset | undefined;
}

/** What there is to publish, claimed for a while: the lock is held for no longer than it takes to look. */
async function begin(publications: PublicationWriter, target: PublishTarget): Promise<Work | Published> {
  const claim = await publications.claim(target);
  if (!claim) return { outcome: { outcome: "claimed_elsewhere" } };
  const changes = await publications.listChanges(claim, MOST_REVISIONS);
  const stored = await publications.findRuleset(claim);
  const last = changes.at(-1);
  if (last) {
    await publications.hold(claim, CLAIM_MS);
    return { claim, changes, last, stored };
  }
  if (!stored || claim.announcedRevision >= claim.publishedRevision) {
    return { outcome: { outcome: "nothing_new" } };
  }
  const { epoch, revision } = stored;
  return { outcome: { outcome: "announced_again", hint: { ...target, epoch, revision } }, stored };
}

async function publishClaimed(
  { db, system, keyring, gate }: PublisherPorts,
  { claim, changes, last, stored }: Work,
): Promise<Published> {
  const { tenantId, environmentId } = claim;
  demandNoGap(
    claim,
    changes.map(({ revision }) => revision),
  );

  // A new epoch says that the past may be another one than readers saw: everything is compiled anew.
  const isNewEpoch = stored?.epoch !== last.epoch;
  const previous = isNewEpoch ? undefined : toPublished(stored);
  const isWhole = previous === undefined || "unreadable" in previous;
  const from = claim.publishedRevision;
  const { target, changed } = await db.read(tenantId, async (readers) => {
    const { environments, projects, settings, segments, contextAttributes } = readers;
    const environment = await environments.find(environmentId);
    const project = environment && (await projects.find(environment.projectId));
    if (!environment || !project) throw new Error(`The environment ${environmentId} is gone.`);
    const range = { from: isWhole ? 0 : from + 1, to: last.revision };
    return {
      target: {
        project: project.key,
        environment: environment.key,
        epoch: last.epoch,
        revision: last.revision,
        ...(last.traceparent !== null && { traceparent: last.traceparent }),
      },
      changed: {
        toggles: await settings.listChanged(environmentId, range),
        segments: await segments.listChanged(environmentId, range),
        attributes: attributeTypes(await contextAttributes.list(environment.projectId)),
      },
    };
  });

  const next = compileRuleset(isWhole ? empty(target) : previous, target, changed);
  await demandLists(db, claim, next.ruleset);
  const { body, untried } = await passGate(next.ruleset, {
    ...gate,
    changed: changed.toggles.map(({ toggleKey }) => toggleKey),
    pause: claimKeeper(system, claim, gate),
  });
  const which = {
    epoch: last.epoch,
    revision: last.revision,
    sha256: createHash("sha256").update(body).digest(),
  };
  const seal = await sealRuleset({ db, keyring }, claim, which);
  const { removed, removedSegments, attributesRevision } = next;
  const made: StoredRuleset = { ...which, seal, body, removed, removedSegments, attributesRevision };
  const isStored = await system.publish((publications) => publications.publish(claim, made));
  if (!isStored) return { outcome: { outcome: "overtaken" } };
  const outcome: PublishOutcome = {
    outcome: "published",
    from,
    hint: { tenantId, environmentId, epoch: last.epoch, revision: last.revision },
    ...(previous && "unreadable" in previous && { mended: previous.unreadable }),
    ...(untried > 0 && { untried }),
  };
  return { outcome, stored: made };
}

/** Pauses as it is told to, and now and then renews the claim of who takes long. */
function claimKeeper(
  system: SystemDatabase,
  claim: Claim,
  { pause = () => nextTurn(), nowMs = () => performance.now() }: PauseOptions = {},
): () => Promise<void> {
  let renewedMs = nowMs();
  return async () => {
    await pause();
    if (nowMs() - renewedMs < CLAIM_MS / 4) return;
    renewedMs = nowMs();
    await system.publish((publications) => publications.hold(claim, CLAIM_MS));
  };
}

/** Part of the gate: whoever gets the ruleset fetches its lists before it takes it. */
async function demandLists(
  db: Database,
  { tenantId, environmentId }: Claim,
  ruleset: Ruleset,
): Promise<void> {
  const needed = [...listsNeeded(ruleset).keys()];
  if (needed.length === 0) return;
  const found = await db.read(tenantId, async ({ environments, segmentLists }) => {
    const environment = await environments.find(environmentId);
    return environment ? segmentLists.findAll(environment.projectId, needed) : [];
  });
  const missing = needed.filter((hash) => !found.some((list) => list.hash === hash));
  if (missing.length > 0) throw new Error(`Segments name lists that are not there: ${missing.join(", ")}.`);
}

async function announce(ports: PublisherPorts, target: PublishTarget, hint: RulesetHint): Promise<void> {
  await ports.announce(encodeHint(hint), target.tenantId);
  await ports.system.publish((publications) => publications.markAnnounced(target, hint.revision));
}

/** A gap means that a change was lost or written around the one door; publishing on would hide it. */
function demandNoGap({ publishedRevision }: Claim, revisions: readonly number[]): void {
  const wrong = revisions.find((revision, index) => revision !== publishedRevision + 1 + index);
  if (wrong !== undefined) {
    throw new Error(`Expected the revisions after ${publishedRevision} without a gap, and found ${wrong}.`);
  }
}

/** One that was damaged, or written by a release that this one can't follow, is no ground to build on. */
function toPublished({ body, ...stored }: StoredRuleset): PublishedRuleset | { readonly unreadable: string } {
  try {
    const read = readRuleset(JSON.parse(body));
    return read.ok ? { ...stored, ruleset: read.ruleset } : { unreadable: read.error.message };
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) };
  }
}

function empty(target: { project: string; environment: string; epoch: string }): PublishedRuleset {
  return {
    ruleset: { schema: RULESET_SCHEMA, ...target, revision: 0, toggles: {} },
    removed: {},
    removedSegments: {},
    attributesRevision: 0,
  };
}

async function recordFailure(
  { system }: PublisherPorts,
  target: PublishTarget & { readonly publishedRevision?: number },
  failures: number,
  error: unknown,
): Promise<void> {
  const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 16));
  await system.publish((publications) => publications.markFailed(target, delayMs));
  if (failures !== FAILURES_FOR_GOOD) return;

  await system.addDeadLetter({
    tenantId: target.tenantId,
    source: "publish-ruleset",
    payload: { environmentId: target.environmentId },
    error: error instanceof Error ? error.message : String(error),
    attempts: failures,
  });
}
