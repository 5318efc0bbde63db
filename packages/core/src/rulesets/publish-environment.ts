/**
 * Publishes what changed in one environment: claims it, compiles its changes in revision order, lets the ruleset pass
 * the gate, stores it, and tells the bus.
 *
 * At least once: a publisher that dies before it stored anything did nothing, and one that dies before it announced is
 * made up for by the next poll, since the store remembers what was announced. Consumers drop what they have.
 */
import { createHash } from "node:crypto";
import type {
  Claim,
  Database,
  EnvironmentId,
  PublicationWriter,
  StoredRuleset,
  SystemDatabase,
  TenantId,
} from "@burgee/db";
import { RULESET_SCHEMA, readRuleset } from "@burgee/engine";
import { attributeTypes } from "../context-attributes/attribute-types.ts";
import { compileRuleset, type Published } from "./compile-ruleset.ts";
import { passGate } from "./publish-gate.ts";
import { encodeHint, type RulesetHint } from "./ruleset-hint.ts";

export interface PublisherPorts {
  readonly db: Database;
  readonly system: SystemDatabase;
  /** Tells every node that there is something new. */
  readonly announce: (message: string) => Promise<void>;
  /** Hears how each attempt ended, for metrics, logs, and what was given up. */
  readonly onOutcome: (target: PublishTarget, outcome: PublishOutcome) => void;
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
    }
  | { readonly outcome: "announced_again"; readonly hint: RulesetHint }
  | { readonly outcome: "nothing_new" | "claimed_elsewhere" }
  | { readonly outcome: "unannounced"; readonly hint: RulesetHint; readonly error: unknown }
  | { readonly outcome: "failed"; readonly failures: number; readonly error: unknown };

/** How many revisions one ruleset takes in at the most; the rest follows with the next. */
const MOST_REVISIONS = 500;
/** Failures before the change is put aside for a person to look at; the publisher goes on trying, slowly. */
export const FAILURES_FOR_GOOD = 8;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 30_000;

export async function publishEnvironment(
  ports: PublisherPorts,
  target: PublishTarget,
): Promise<PublishOutcome> {
  const outcome = await attempt(ports, target);
  ports.onOutcome(target, outcome);
  return outcome;
}

async function attempt(ports: PublisherPorts, target: PublishTarget): Promise<PublishOutcome> {
  const outcome = await publish(ports, target);
  if (!("hint" in outcome)) return outcome;
  try {
    await announce(ports, target, outcome.hint);
    return outcome;
  } catch (error) {
    // Stored it is: nodes that ask find it, and the next poll announces it again.
    return { outcome: "unannounced", hint: outcome.hint, error };
  }
}

async function publish(ports: PublisherPorts, target: PublishTarget): Promise<PublishOutcome> {
  let failures = 0;
  try {
    return await ports.system.publish(async (publications) => {
      const claim = await publications.claim(target);
      if (!claim) return { outcome: "claimed_elsewhere" };
      failures = claim.failures;
      return publishClaimed(ports, publications, claim);
    });
  } catch (error) {
    await recordFailure(ports, target, failures + 1, error);
    return { outcome: "failed", failures: failures + 1, error };
  }
}

async function publishClaimed(
  { db }: PublisherPorts,
  publications: PublicationWriter,
  claim: Claim,
): Promise<PublishOutcome> {
  const { tenantId, environmentId } = claim;
  const changes = await publications.listChanges(claim, MOST_REVISIONS);
  const last = changes.at(-1);
  const stored = await publications.findRuleset(claim);
  if (!last) {
    if (!stored || claim.announcedRevision >= claim.publishedRevision) return { outcome: "nothing_new" };
    return {
      outcome: "announced_again",
      hint: { tenantId, environmentId, epoch: stored.epoch, revision: stored.revision },
    };
  }
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
      },
      changed: {
        toggles: await settings.listChanged(environmentId, range),
        segments: await segments.listChanged(environmentId, range),
        attributes: attributeTypes(await contextAttributes.list(environment.projectId)),
      },
    };
  });

  const next = compileRuleset(isWhole ? empty(target) : previous, target, changed);
  const body = passGate(next.ruleset);
  await publications.publish(claim, {
    epoch: last.epoch,
    revision: last.revision,
    body,
    removed: next.removed,
    removedSegments: next.removedSegments,
    attributesRevision: next.attributesRevision,
    sha256: createHash("sha256").update(body).digest(),
  });
  return {
    outcome: "published",
    from,
    hint: { tenantId, environmentId, epoch: last.epoch, revision: last.revision },
    ...(previous && "unreadable" in previous && { mended: previous.unreadable }),
  };
}

async function announce(ports: PublisherPorts, target: PublishTarget, hint: RulesetHint): Promise<void> {
  await ports.announce(encodeHint(hint));
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
function toPublished({ body, ...stored }: StoredRuleset): Published | { readonly unreadable: string } {
  try {
    const read = readRuleset(JSON.parse(body));
    return read.ok ? { ...stored, ruleset: read.ruleset } : { unreadable: read.error.message };
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) };
  }
}

function empty(target: { project: string; environment: string; epoch: string }): Published {
  return {
    ruleset: { schema: RULESET_SCHEMA, ...target, revision: 0, toggles: {} },
    removed: {},
    removedSegments: {},
    attributesRevision: 0,
  };
}

async function recordFailure(
  { system }: PublisherPorts,
  target: PublishTarget,
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
