import { randomBytes } from "node:crypto";
import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { demandSettingUp, noConnection, note, type SettingUp } from "./change-connections.ts";
import { connectionId, type DomainView, domainView, recordName, recordValue } from "./connection-input.ts";

/** The TXT records of a name, each as one text; none for a name that has none. */
export type ResolveTxt = (name: string) => Promise<readonly string[]>;

const domainName = z
  .string()
  .toLowerCase()
  .max(200)
  .regex(
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
    "Give a domain such as example.com.",
  );

export const addDomainInput = z.strictObject({ connectionId, domain: domainName });
export const domainInput = z.strictObject({ domain: domainName });

const PROOF_BYTES = 24;

/** Names a domain whose people shall be sent to a connection, once it is proved. @throws {AppError} "connection_not_found", "limit_reached" */
export async function addDomain(
  caller: SettingUp,
  { connectionId: id, domain }: z.output<typeof addDomainInput>,
): Promise<DomainView> {
  const { tenantId } = demandSettingUp(caller);
  return caller.db.transact(tenantId, async (writers) => {
    const { connections } = writers;
    if (!(await connections.find(id))) throw noConnection();
    if ((await connections.listDomains()).length >= LIMITS.domainsPerTenant) {
      throw new AppError("limit_reached", `A tenant has at most ${LIMITS.domainsPerTenant} domains.`);
    }
    const proof = randomBytes(PROOF_BYTES).toString("base64url");
    await connections.addDomain({ domain, connectionId: id, proof });
    const kept = await connections.findDomain(domain);
    if (kept?.connectionId !== id) {
      throw new AppError(
        "domain_taken",
        "This domain leads to another connection of yours; remove it there first.",
      );
    }
    await note(caller, writers, "connection.domain_added", id, { after: { domain } });
    return domainView(kept);
  });
}

/** Looks for the record that only the domain's owner can set. @throws {AppError} "domain_not_found", "domain_not_proved" */
export async function proveDomain(
  caller: SettingUp & { readonly resolveTxt: ResolveTxt },
  { domain }: z.output<typeof domainInput>,
): Promise<DomainView> {
  const { tenantId } = demandSettingUp(caller);
  const found = await caller.db.read(tenantId, ({ connections }) => connections.findDomain(domain));
  if (!found) throw noDomain();
  const records = await caller.resolveTxt(recordName(domain));
  const wanted = recordValue(found.proof);
  if (!records.includes(wanted)) {
    const message = `There is no TXT record ${recordName(domain)} with the value ${wanted}; set it, and wait until it is seen.`;
    throw new AppError("domain_not_proved", message);
  }
  return caller.db.transact(tenantId, async (writers) => {
    await writers.connections.setProved(domain);
    const proved = await writers.connections.findDomain(domain);
    if (proved?.proof !== found.proof) throw noDomain();
    await note(caller, writers, "connection.domain_proved", proved.connectionId, { after: { domain } });
    return domainView(proved);
  });
}

/** @throws {AppError} "domain_not_found" */
export async function removeDomain(
  caller: SettingUp,
  { domain }: z.output<typeof domainInput>,
): Promise<void> {
  const { tenantId } = demandSettingUp(caller);
  await caller.db.transact(tenantId, async (writers) => {
    const found = await writers.connections.findDomain(domain);
    if (!found) throw noDomain();
    await writers.connections.removeDomain(domain);
    await note(caller, writers, "connection.domain_removed", found.connectionId, { before: { domain } });
  });
}

function noDomain(): AppError {
  return new AppError("domain_not_found", "This domain is not one of yours here.");
}
