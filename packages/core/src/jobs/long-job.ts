/** How a kind of long job is defined: what is known of it first, then its work. */
import type { Actor, Job, JobId, JobProgress, TenantId, Writers } from "@burgee/db";
import type { z } from "zod";
import type { Permission } from "../access/permissions.ts";
import { parseInput } from "../errors/invalid-input.ts";

/** Where the work of jobs writes what operators read. */
export interface JobLog {
  info(context: object, message: string): void;
  warn(context: object, message: string): void;
  error(context: object, message: string): void;
  child(bindings: object): JobLog;
}

/** What the work is given besides its payload. */
export interface LongJobRun<Checkpoint> {
  readonly tenantId: TenantId;
  readonly jobId: JobId;
  readonly createdBy: Actor;
  /** What an earlier try kept, to go on from there; null where none did. */
  readonly checkpoint: Checkpoint | null;
  /** Keeps from where another worker can go on, of at most 64 KB. @throws {LeaseLostError} where another one has gone on already */
  readonly keep: (checkpoint: Checkpoint) => Promise<void>;
  /** Shows how far it is; may be called for each single thing, since it is written once a second at most. */
  readonly report: (progress: JobProgress, note?: string) => void;
  /**
   * Aborted when somebody cancelled the job, another worker took it on, or this one stops. Whatever is done afterwards is done
   * beside the job: `keep`, `report` and the result reach nobody any more.
   */
  readonly signal: AbortSignal;
  /** Each line names the kind, the job and the trace in which it was begun. */
  readonly log: JobLog;
}

export interface LongJobDefinition<Deps, Payload, Checkpoint extends object> {
  /** Imperative, as the file is called: `export-audit`. */
  readonly kind: string;
  /** Whoever holds it in the tenant sees and cancels jobs of this kind; who began one always does. */
  readonly seenWith: Permission;
  /** Ids and filters, not state: the work reads what is true when it runs. At most 16 KB. */
  readonly payload: z.ZodType<Payload>;
  /** Of what `keep` keeps; left out, nothing is kept, and every try begins anew. */
  readonly checkpoint?: z.ZodType<Checkpoint>;
  /** How often it is tried before it has failed for good; 8 unless told otherwise. */
  readonly attempts?: number;
  /** The ceiling of the first wait between tries; it doubles each time, up to 5 minutes, and half of it is random. */
  readonly backoffMs?: number;
  /** One sentence: why it does no harm that it runs twice, also twice at a time. */
  readonly mayRunTwice: string;
  /**
   * The work. Answers what people are shown, of at most 64 KB: ids and counts, no secrets.
   * @throws {AppError} what no further try would mend: it fails at once, and its message is shown. Anything else is tried again.
   */
  readonly run: (deps: Deps, payload: Payload, run: LongJobRun<Checkpoint>) => Promise<object>;
  /** In the transaction in which it succeeds, fails for good or is cancelled: for those who want to hear of it. */
  readonly onEnd?: (writers: Writers, ended: Job) => Promise<void>;
}

/** A kind of long job whose payload and checkpoint are its own concern. */
export interface LongJob<Deps> {
  readonly kind: string;
  readonly seenWith: Permission;
  readonly attempts: number;
  readonly backoffMs: number;
  readonly mayRunTwice: string;
  /** @throws {AppError} "invalid_input" for what is no payload or checkpoint of this kind, or whatever the work throws */
  readonly perform: (deps: Deps, payload: unknown, run: LongJobRun<object>) => Promise<object>;
  readonly onEnd: (writers: Writers, ended: Job) => Promise<void>;
}

/** As whoever begins one needs it. */
export interface BeginnableJob<Payload> {
  readonly kind: string;
  readonly payload: z.ZodType<Payload>;
}

const KIND = /^(?=.{1,60}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const ATTEMPTS = 8;
const BACKOFF_MS = 1_000;

/** @throws {TypeError} for a definition that nothing would run */
export function defineLongJob<Deps, Payload extends object, Checkpoint extends object = object>(
  definition: LongJobDefinition<Deps, Payload, Checkpoint>,
): LongJob<Deps> & BeginnableJob<Payload> {
  const { kind, seenWith, payload, checkpoint, mayRunTwice, run } = definition;
  const { attempts = ATTEMPTS, backoffMs = BACKOFF_MS, onEnd = async () => undefined } = definition;
  if (!KIND.test(kind)) throw new TypeError(`Jobs have names-like-this, not ${kind}.`);
  if (!Number.isInteger(attempts) || attempts < 1)
    throw new TypeError(`${kind} must be tried at least once.`);
  if (mayRunTwice.trim() === "") throw new TypeError(`Say why ${kind} may run twice: it will.`);

  return Object.freeze({
    kind,
    seenWith,
    payload,
    attempts,
    backoffMs,
    mayRunTwice,
    onEnd,
    perform: async (deps: Deps, given: unknown, plain: LongJobRun<object>) =>
      run(deps, parseInput(payload, given), {
        ...plain,
        checkpoint: checkpoint && plain.checkpoint ? parseInput(checkpoint, plain.checkpoint) : null,
      }),
  });
}
