/** A whole Burgee with one tenant, and an edge beside it, to which the streams of a row go. */

import type { OwnPostgres } from "../../support/own-postgres.ts";
import { BUILT, startEdge, type TestEdge } from "../../support/start-edge.ts";
import type { Ending } from "../../support/started-process.ts";
import type { RunOptions } from "../fault-row.ts";
import type { FoundTenant } from "../found-tenants.ts";
import { openHouse } from "../open-house.ts";
import { openTrpc } from "../trpc-client.ts";
import { machineMs } from "./fork-program.ts";

export interface EdgeInstallation {
  readonly postgres: OwnPostgres;
  readonly tenant: FoundTenant;
  /** The one that runs, or ran last. */
  edge(): TestEdge;
  readonly port: number;
  /** Changes a toggle; answers when that was acknowledged, by the machine's clock, and the revision that it made. */
  change(): Promise<Changed>;
  /** As `change`, of a toggle with many targets: {@link LARGE_BYTES} for each stream. */
  changeLarge(): Promise<Changed>;
  /** Another edge beside it. */
  another(folder: string, env: Readonly<Record<string, string>>): Promise<{ readonly port: number }>;
  /** `kill -9` of the edge; answers when, by the machine's clock. */
  kill(): Promise<number>;
  /** SIGTERM of the edge; answers how it ended. */
  stop(): Promise<Ending>;
  /** Starts an edge again, at the same port. */
  startAgain(): Promise<void>;
}

interface InstallationWanted {
  /** What the edge is told. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether hints travel by Redis. */
  readonly redis?: boolean;
}

export interface Changed {
  readonly changedMs: number;
  readonly revision: number;
}

const TOGGLE = "flipped";
const LARGE = "large";
export const LARGE_BYTES = 200_000;
const ID_BYTES = 100;
const PROJECT = { project: "web", environment: "production" };

export async function startInstallation(
  { closing, folder }: Pick<RunOptions, "closing" | "folder">,
  { env = {}, redis = false }: InstallationWanted = {},
): Promise<EdgeInstallation> {
  const house = await openHouse(closing, { tenants: 1, toggles: [TOGGLE], redis });
  const { postgres, tenant, burgee, bus } = house;
  const edgeEnv = { ...env, ...(bus ? { REDIS_URL: bus.url } : {}) };
  let edge = await startEdge(postgres.url, folder, edgeEnv, BUILT);
  closing.defer(async () => {
    await edge.process.kill("SIGKILL");
  });

  const trpc = openTrpc(burgee.url, tenant.personalKey);
  await createLarge(burgee.url, tenant);
  const versions = new Map<string, number>();
  const flip = async (toggle: string) => {
    const version = versions.get(toggle) ?? 1;
    const enabled = version % 2 === 0;
    const { revision } = await trpc.settings.setEnabled.mutate({
      ...PROJECT,
      toggle,
      enabled,
      expectedVersion: version,
    });
    versions.set(toggle, version + 1);
    return { changedMs: machineMs(), revision };
  };
  const port = portOf(edge);
  return {
    postgres,
    tenant,
    edge: () => edge,
    port,
    change: () => flip(TOGGLE),
    changeLarge: () => flip(LARGE),
    another: async (itsFolder, itsEnv) => {
      const other = await startEdge(postgres.url, itsFolder, { ...edgeEnv, ...itsEnv }, BUILT);
      closing.defer(async () => {
        await other.process.kill("SIGKILL");
      });
      return { port: portOf(other) };
    },
    kill: async () => {
      const killedMs = machineMs();
      await edge.process.kill("SIGKILL");
      return killedMs;
    },
    stop: () => edge.process.kill("SIGTERM"),
    startAgain: async () => {
      edge = await startEdge(postgres.url, folder, { ...edgeEnv, BURGEE_PORT: String(port) }, BUILT);
    },
  };
}

function portOf({ baseUrl }: TestEdge): number {
  return Number(new URL(baseUrl).port);
}

/** How many streams an edge says that it holds. */
export async function openStreams(edge: TestEdge): Promise<number> {
  return (await lookAtStreams(edge)).open;
}

/** What an edge says of its streams, and between which moments by this process's clock it said so. */
export interface StreamsSeen {
  readonly open: number;
  /** That began since the edge did. */
  readonly begun: number;
  readonly askedMs: number;
  readonly toldMs: number;
}

export async function lookAtStreams(edge: TestEdge): Promise<StreamsSeen> {
  const askedMs = performance.now();
  const { body } = await edge.get("/metrics");
  const toldMs = performance.now();
  const metric = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(String(body))?.[1]);
  return {
    open: metric("burgee_sse_connections"),
    begun: metric("burgee_sse_accepted_total"),
    askedMs,
    toldMs,
  };
}

/** A change of anything in a toggle brings all of it. */
async function createLarge(url: string, { personalKey }: FoundTenant): Promise<void> {
  const ids = Array.from({ length: LARGE_BYTES / ID_BYTES }, (_, n) => `user-${n}`.padEnd(ID_BYTES - 3, "x"));
  const response = await fetch(`${url}/v1/toggles`, {
    method: "POST",
    headers: { authorization: `Bearer ${personalKey}`, "content-type": "application/json" },
    body: JSON.stringify({ key: LARGE, default: true, targets: { on: ids } }),
  });
  if (response.status !== 201) throw new Error(await response.text());
}
