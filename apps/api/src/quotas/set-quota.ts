import { isCounted, QUOTA_NAMES, QUOTAS } from "@burgee/core";
import type { Database, SystemDatabase, Tenant } from "@burgee/db";
import { listTenants, nameOf, tenantsNamed, unclear } from "../tenants/named-tenants.ts";

interface SetQuotaDeps {
  readonly db: Database;
  readonly system: SystemDatabase;
  readonly print: (line: string) => void;
}

const USAGE = [
  "npm run quota -- <id or name>                       shows what a tenant may have, and has",
  "npm run quota -- <id or name> <quota> <number>      lets it have so many",
  "npm run quota -- <id or name> <quota> default       lets it have what every tenant may have",
  `The quotas are ${QUOTA_NAMES.join(", ")}.`,
];

/**
 * Shows a tenant's quotas, after changing one where `args` say so.
 *
 * @returns the exit code: 0 where that was done, 2 where it is not clear what is meant
 */
export async function setQuota(deps: SetQuotaDeps, args: readonly string[]): Promise<0 | 2> {
  const [wanted, named, amount, ...more] = args;
  if (wanted === undefined) return refuse(deps, USAGE);
  if (more.length > 0) {
    const wrong = `This is too much: ${more.join(" ")}. A name with spaces wants quotes around it.`;
    return refuse(deps, [wrong, ...USAGE]);
  }
  const meant = tenantsNamed(await listTenants(deps.system), wanted);
  const [tenant, ...others] = meant;
  if (!tenant || others.length > 0) return refuse(deps, unclear(wanted, meant));

  if (named !== undefined) {
    const quota = QUOTA_NAMES.find((each) => each === named);
    if (!quota) return refuse(deps, [`There is no quota ${JSON.stringify(named)}.`, ...USAGE]);
    const most = amountOf(amount);
    if (most === undefined) {
      const wrong =
        amount === undefined ? "It lacks a number" : `${JSON.stringify(amount)} is no such number`;
      return refuse(deps, [`${wrong}: give 1 to 999999999999999, or default.`, ...USAGE]);
    }
    if (most === "default") await deps.system.quotas.unset(tenant.tenantId, quota);
    else await deps.system.quotas.set(tenant.tenantId, quota, most);
  }
  await show(deps, tenant);
  return 0;
}

function amountOf(text: string | undefined): number | "default" | undefined {
  if (text === "default") return text;
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

async function show({ db, print }: SetQuotaDeps, tenant: Tenant): Promise<void> {
  print(nameOf(tenant));
  await db.read(tenant.tenantId, async ({ quotas }) => {
    const own = await quotas.list();
    for (const quota of QUOTA_NAMES) {
      const most = own.get(quota) ?? QUOTAS[quota].most;
      const has = isCounted(quota) ? `${(await quotas.measure(quota)).used} of ` : "";
      print(`  ${quota}: ${has}${most}${own.has(quota) ? "" : " (default)"}`);
    }
  });
}

function refuse({ print }: SetQuotaDeps, lines: readonly string[]): 2 {
  for (const line of lines) print(line);
  return 2;
}
