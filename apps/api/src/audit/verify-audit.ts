import { verifyAuditChain } from "@burgee/core";
import type { Database, SystemDatabase, Tenant, TenantId } from "@burgee/db";
import { listTenants, nameOf, tenantsNamed, unclear } from "../tenants/named-tenants.ts";
import { beginProgress, inThousands, type ProgressDeps } from "./verification-progress.ts";

interface VerifyAuditDeps extends ProgressDeps {
  readonly db: Database;
  readonly system: SystemDatabase;
}

const USAGE = [
  "npm run audit:verify -- all             verifies the audit trail of every tenant",
  "npm run audit:verify -- <id or name>    verifies one tenant's",
  "npm run audit:verify -- FILE            verifies an export in JSON Lines, with no database",
];

/**
 * Verifies the trails that `args` ask for, and prints how far it is and what it found.
 *
 * @returns the exit code: 0 where all are intact, 1 where one that stays is not, 2 where no tenant is meant, or not one alone
 */
export async function verifyAudit(deps: VerifyAuditDeps, args: readonly string[]): Promise<0 | 1 | 2> {
  const [wanted, ...more] = args;
  if (wanted === undefined || more.length > 0) return refuse(deps, USAGE);

  const tenants = await listTenants(deps.system);
  const chosen = wanted === "all" ? tenants : tenantsNamed(tenants, wanted);
  if (wanted !== "all" && chosen.length !== 1) return refuse(deps, unclear(wanted, chosen));

  const tenantIds = tenants.map(({ tenantId }) => tenantId);
  const counts = { intact: 0, bad: 0, erased: 0 };
  for (const tenant of chosen) counts[await verify(deps, tenant, tenantIds)] += 1;
  deps.print(`${counts.intact} of ${counts.intact + counts.bad} audit trails are intact.`);
  return counts.bad === 0 ? 0 : 1;
}

async function verify(
  deps: VerifyAuditDeps,
  tenant: Tenant,
  otherTenants: readonly TenantId[],
): Promise<"intact" | "bad" | "erased"> {
  const { db, print } = deps;
  const { onProgress, speed } = beginProgress(deps, nameOf(tenant));

  const { tenantId } = tenant;
  const { verified, fault } = await verifyAuditChain({ db }, { tenantId, otherTenants, onProgress });
  if (!fault) {
    print(`✓ ${nameOf(tenant)}: ${inThousands(verified)} entries, intact (${speed(verified)})`);
    return "intact";
  }
  if (await isErased(db, tenantId)) {
    print(`- ${nameOf(tenant)}: is being erased, its audit trail with it.`);
    return "erased";
  }
  const { seq, kind, message } = fault;
  print(`✗ ${nameOf(tenant)}: entry ${seq} is bad (${kind}). ${message} What comes before it is intact.`);
  return "bad";
}

/** A tenant whose erasure has begun loses its entries in any order; what is found of them proves nothing. */
function isErased(db: Database, tenantId: TenantId): Promise<boolean> {
  return db.read(tenantId, async ({ tenants, deletions }) => {
    const deletion = await deletions.find();
    return deletion ? deletion.begunAt !== null : (await tenants.find()) === undefined;
  });
}

function refuse({ print }: VerifyAuditDeps, lines: readonly string[]): 2 {
  for (const line of lines) print(line);
  return 2;
}
