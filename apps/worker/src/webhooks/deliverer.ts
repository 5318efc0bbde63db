import {
  claimDelivery,
  DELIVERIES_AT_ONCE,
  type DeliveryOutcome,
  type DeliveryPorts,
  deliver,
  FairTurns,
} from "@burgee/core";
import type { TenantId } from "@burgee/db";

export interface DelivererOptions {
  /** Begins nothing more once it is aborted. */
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: DeliveryOutcome) => void;
  /** Hears of a try that could not even be noted: its claim runs out, and it is made again. */
  readonly onError: (error: unknown) => void;
}

export interface Deliverer {
  /** Begins to deliver to every tenant that has something due. Does not wait for it: what hangs keeps nobody else waiting. */
  begin(): Promise<void>;
  /** What was begun has ended. */
  settled(): Promise<void>;
}

const TENANTS_AT_A_TIME = 200;
/** Of this process: each takes a socket, and little else. */
const AT_ONCE = 32;

export function createDeliverer(
  ports: DeliveryPorts,
  { signal, onOutcome, onError }: DelivererOptions,
): Deliverer {
  const turns = new FairTurns<TenantId>({
    most: AT_ONCE,
    mostOfOne: DELIVERIES_AT_ONCE,
    waiting: TENANTS_AT_A_TIME * DELIVERIES_AT_ONCE,
    waitingOfOne: DELIVERIES_AT_ONCE,
    refusal: "Too many deliveries wait for a turn.",
  });
  const lanes = new Map<TenantId, number>();
  const begun = new Set<Promise<void>>();

  return {
    begin: async () => {
      for (const tenantId of await ports.system.webhooks.listDueTenants(TENANTS_AT_A_TIME)) {
        if (!lanes.has(tenantId) && lanes.size < TENANTS_AT_A_TIME) open(tenantId);
      }
    },
    settled: async () => {
      while (begun.size > 0) await Promise.all(begun);
    },
  };

  /** One delivery after the other, until none is due; another lane beside it for as long as there are more. */
  function open(tenantId: TenantId): void {
    lanes.set(tenantId, (lanes.get(tenantId) ?? 0) + 1);
    const lane = run(tenantId)
      .catch(onError)
      .finally(() => {
        begun.delete(lane);
        const left = (lanes.get(tenantId) ?? 1) - 1;
        if (left > 0) lanes.set(tenantId, left);
        else lanes.delete(tenantId);
      });
    begun.add(lane);
  }

  async function run(tenantId: TenantId): Promise<void> {
    while (!signal.aborted && (await turns.take(tenantId, () => deliverNext(tenantId))));
  }

  async function deliverNext(tenantId: TenantId): Promise<boolean> {
    const claimed = await claimDelivery(ports, tenantId);
    if (!claimed) return false;
    if ((lanes.get(tenantId) ?? 0) < DELIVERIES_AT_ONCE) open(tenantId);
    onOutcome(await deliver(ports, claimed));
    return true;
  }
}
