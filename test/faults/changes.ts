/** Writers that change toggles, and log of each change what was asked and what was answered. */
import { setTimeout as pause } from "node:timers/promises";
import { TRPCClientError } from "@trpc/client";
import type { FoundTenant } from "./found-tenants.ts";
import type { History } from "./history.ts";
import { type Random, randomFrom } from "./random.ts";
import { openTrpc, type Trpc } from "./trpc-client.ts";

/**
 * What a writer knows of one change.
 *
 * - `acknowledged`: it was answered, with a revision; it must be there for ever.
 * - `refused`: the answer says that it was not made; it must not be there.
 * - `unknown`: no answer, or one that can't know; it may be there, or not.
 */
export type ChangeEvent =
  | (Change & { readonly type: "invoked" })
  | (Change & { readonly type: "acknowledged"; readonly epoch: string; readonly revision: number })
  | (Change & { readonly type: "refused"; readonly status: number })
  | (Change & { readonly type: "unknown"; readonly why: string });

export interface Change {
  readonly id: string;
  readonly tenantId: string;
  readonly environment: string;
  readonly toggle: string;
  /** The one that the change would bring. */
  readonly version: number;
  readonly enabled: boolean;
}

interface Writer {
  readonly trpc: Trpc;
  readonly tenantId: string;
  readonly environment: string;
  /** Nobody else changes it. */
  readonly toggle: string;
  readonly history: History;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Between two changes, at most. */
  readonly restMs?: number;
  readonly onAcknowledged?: () => void;
}

export interface WritersWanted extends Pick<Writer, "history" | "signal" | "restMs"> {
  readonly url: string;
  readonly tenants: readonly FoundTenant[];
  /** A writer in each tenant for each. */
  readonly toggles: readonly string[];
  readonly seed: number;
}

export interface Writers {
  readonly acknowledged: () => number;
  /** Settles once all have stopped. */
  readonly done: Promise<unknown>;
}

const AFTER_TROUBLE_MS = 100;

/** Lets one writer begin for each toggle of each tenant. */
export function startWriters({ url, tenants, toggles, seed, ...each }: WritersWanted): Writers {
  let acknowledged = 0;
  const onAcknowledged = () => {
    acknowledged += 1;
  };
  const working = tenants.flatMap(({ tenantId, personalKey }, at) => {
    const trpc = openTrpc(url, personalKey);
    return toggles.map((toggle, index) => {
      const random = randomFrom(seed * 1_000 + at * toggles.length + index);
      const place = { tenantId, environment: "production", toggle };
      return keepChanging({ ...each, ...place, trpc, random, onAcknowledged });
    });
  });
  return { acknowledged: () => acknowledged, done: Promise.all(working) };
}

/** Flips its toggle again and again until it is told to stop. */
async function keepChanging(writer: Writer): Promise<void> {
  const { tenantId, environment, toggle, history, random, signal, restMs = 0 } = writer;
  let known: { readonly version: number; readonly enabled: boolean } | undefined;
  for (let turn = 0; !signal.aborted; turn++) {
    known ??= await lookUp(writer);
    if (known === undefined) {
      await pause(AFTER_TROUBLE_MS * random.next());
      continue;
    }
    const { version, enabled } = { version: known.version + 1, enabled: !known.enabled };
    const change = { id: `${tenantId}/${toggle}/${turn}`, tenantId, environment, toggle, version, enabled };
    history.record({ type: "invoked", ...change } satisfies ChangeEvent);
    known = await attempt(writer, change);
    if (known === undefined) await pause(AFTER_TROUBLE_MS * random.next());
    else if (restMs > 0) await pause(restMs * random.next());
  }
}

async function attempt(writer: Writer, change: Change) {
  const { trpc, history, onAcknowledged } = writer;
  const { environment, toggle, version, enabled } = change;
  try {
    const expectedVersion = version - 1;
    const input = { project: "web", environment, toggle, enabled, expectedVersion };
    const { epoch, revision } = await trpc.settings.setEnabled.mutate(input);
    history.record({ type: "acknowledged", ...change, epoch, revision } satisfies ChangeEvent);
    onAcknowledged?.();
    return { version, enabled };
  } catch (error) {
    history.record(outcomeOf(error, change));
    return undefined;
  }
}

/** A 4xx says that nothing was done. Whatever else went wrong may have gone wrong after the commit. */
function outcomeOf(error: unknown, change: Change): ChangeEvent {
  const status = statusOf(error);
  return status !== undefined && status < 500
    ? { type: "refused", ...change, status }
    : { type: "unknown", ...change, why: status === undefined ? String(error) : `status ${status}` };
}

/** The HTTP status of an answer; undefined where there was none. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof TRPCClientError ? error.data?.httpStatus : undefined;
}

async function lookUp({ trpc, environment, toggle }: Writer) {
  try {
    const { settings } = await trpc.toggles.get.query({ project: "web", environment, key: toggle });
    return settings.find((setting) => setting.environment === environment);
  } catch {
    return undefined;
  }
}
