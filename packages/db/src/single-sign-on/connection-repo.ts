import { type Selectable, sql } from "kysely";
import { Repo } from "../repo.ts";
import type { Connection, ConnectionDomain, ConnectionId } from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

export type NewConnection = Pick<
  Connection,
  | "connectionId"
  | "name"
  | "issuer"
  | "clientId"
  | "secretVersion"
  | "sealedSecret"
  | "scopes"
  | "roleClaim"
  | "roles"
  | "defaultRole"
>;

export class ConnectionReader extends Repo {
  async list(): Promise<readonly Connection[]> {
    const rows = await this.trx
      .selectFrom("oidc_connections")
      .selectAll()
      .where("tenant_id", "=", this.tenantId)
      .orderBy("created_at")
      .execute();
    return rows.map(fromRow);
  }

  async find(connectionId: ConnectionId): Promise<Connection | undefined> {
    const row = await this.trx
      .selectFrom("oidc_connections")
      .selectAll()
      .where("tenant_id", "=", this.tenantId)
      .where("connection_id", "=", connectionId)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  async listDomains(): Promise<readonly ConnectionDomain[]> {
    const rows = await this.trx
      .selectFrom("oidc_domains")
      .selectAll()
      .where("tenant_id", "=", this.tenantId)
      .orderBy("domain")
      .execute();
    return rows.map(domainOf);
  }

  async findDomain(domain: string): Promise<ConnectionDomain | undefined> {
    const row = await this.trx
      .selectFrom("oidc_domains")
      .selectAll()
      .where("tenant_id", "=", this.tenantId)
      .where("domain", "=", domain)
      .executeTakeFirst();
    return row && domainOf(row);
  }
}

export class ConnectionWriter extends ConnectionReader {
  async create(connection: NewConnection): Promise<Connection> {
    const row = await this.trx
      .insertInto("oidc_connections")
      .values({
        tenant_id: this.tenantId,
        connection_id: connection.connectionId,
        ...columnsOf(connection),
        tested_version: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return fromRow(row);
  }

  /** Saves `next` over the version that it came from; nothing of it is tested then. Undefined where that is not the version. */
  async save(next: NewConnection, seenVersion: number): Promise<Connection | undefined> {
    const row = await this.trx
      .updateTable("oidc_connections")
      .set((eb) => ({
        ...columnsOf(next),
        version: eb("version", "+", 1),
        tested_version: null,
        enforced: false,
      }))
      .where("tenant_id", "=", this.tenantId)
      .where("connection_id", "=", next.connectionId)
      .where("version", "=", seenVersion)
      .returningAll()
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** False where it was changed since. */
  async setTested(connectionId: ConnectionId, version: number): Promise<boolean> {
    const { numUpdatedRows } = await this.trx
      .updateTable("oidc_connections")
      .set({ tested_version: version })
      .where("tenant_id", "=", this.tenantId)
      .where("connection_id", "=", connectionId)
      .where("version", "=", version)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async setEnforced(connectionId: ConnectionId, isEnforced: boolean): Promise<void> {
    await this.trx
      .updateTable("oidc_connections")
      .set({ enforced: isEnforced })
      .where("tenant_id", "=", this.tenantId)
      .where("connection_id", "=", connectionId)
      .execute();
  }

  /** False where there is none. */
  async remove(connectionId: ConnectionId): Promise<boolean> {
    const { numDeletedRows } = await this.trx
      .deleteFrom("oidc_connections")
      .where("tenant_id", "=", this.tenantId)
      .where("connection_id", "=", connectionId)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }

  /** One that is there already, of this connection or of another, stays as it is. */
  async addDomain({ domain, connectionId, proof }: Omit<ConnectionDomain, "provedAt">): Promise<void> {
    await this.trx
      .insertInto("oidc_domains")
      .values({ tenant_id: this.tenantId, domain, connection_id: connectionId, proof, proved_at: null })
      .onConflict((conflict) => conflict.columns(["tenant_id", "domain"]).doNothing())
      .execute();
  }

  async setProved(domain: string): Promise<void> {
    await this.trx
      .updateTable("oidc_domains")
      .set({ proved_at: sql<Date>`clock_timestamp()` })
      .where("tenant_id", "=", this.tenantId)
      .where("domain", "=", domain)
      .where("proved_at", "is", null)
      .execute();
  }

  /** False where there is none. */
  async removeDomain(domain: string): Promise<boolean> {
    const { numDeletedRows } = await this.trx
      .deleteFrom("oidc_domains")
      .where("tenant_id", "=", this.tenantId)
      .where("domain", "=", domain)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }
}

function columnsOf(connection: NewConnection) {
  return {
    name: connection.name,
    issuer: connection.issuer,
    client_id: connection.clientId,
    secret_version: connection.secretVersion,
    sealed_secret: connection.sealedSecret,
    scopes: [...connection.scopes],
    role_claim: connection.roleClaim,
    roles: JSON.stringify(connection.roles),
    default_role: connection.defaultRole,
  };
}

function fromRow(row: Selectable<Tables["oidc_connections"]>): Connection {
  return {
    connectionId: row.connection_id,
    version: row.version,
    name: row.name,
    issuer: row.issuer,
    clientId: row.client_id,
    secretVersion: row.secret_version,
    sealedSecret: row.sealed_secret,
    scopes: row.scopes,
    roleClaim: row.role_claim,
    roles: row.roles,
    defaultRole: row.default_role,
    isTested: row.tested_version === row.version,
    isEnforced: row.enforced,
  };
}

function domainOf(row: Selectable<Tables["oidc_domains"]>): ConnectionDomain {
  return {
    domain: row.domain,
    connectionId: row.connection_id,
    proof: row.proof,
    provedAt: row.proved_at,
  };
}
