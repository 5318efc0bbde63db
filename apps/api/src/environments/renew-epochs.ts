import { beginNewEpochs } from "@burgee/core";
import { type Database, type SystemDatabase, TenantClosedError } from "@burgee/db";
import { listTenants, nameOf } from "../tenants/named-tenants.ts";

interface RenewEpochsDeps {
  readonly db: Database;
  readonly system: SystemDatabase;
  readonly print: (line: string) => void;
}

const USAGE =
  "npm run new-epochs -- all    begins a new epoch in every environment of every tenant, after the database was restored";

/** @returns the exit code: 0 where that was done, 2 where it was not asked for */
export async function renewEpochs(
  { db, system, print }: RenewEpochsDeps,
  args: readonly string[],
): Promise<0 | 2> {
  if (args.length !== 1 || args[0] !== "all") {
    print(USAGE);
    return 2;
  }
  for (const tenant of await listTenants(system)) {
    try {
      print(`✓ ${nameOf(tenant)}: ${await beginNewEpochs(db, tenant.tenantId)} environments`);
    } catch (error) {
      if (!(error instanceof TenantClosedError)) throw error;
      print(`- ${nameOf(tenant)}: is being deleted, and serves nothing.`);
    }
  }
  return 0;
}
