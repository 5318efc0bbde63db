import { randomUUID } from "node:crypto";
import { type ConnectionId, type DataKeyId, newId, type ScimTokenId } from "@burgee/db";
import { afterAll, expect, test } from "vitest";
import { install } from "../../test/installation.ts";
import { isPassword, MOST_SIGNING_IN } from "../people/passwords.ts";
import { createScimUser } from "./users.ts";

const installation = await install();
afterAll(() => installation.close());

test("a directory takes people in while so many sign in that nobody else finds room to be hashed", async () => {
  const { db, system, announceKey, person } = await installation.newTenant();
  const { tenantId } = person;
  const domain = `${randomUUID()}.example`;
  const [connectionId, dataKeyId] = [newId<ConnectionId>(), newId<DataKeyId>()];
  await system.dataKeys.add({ owner: tenantId, dataKeyId, wrapped: "none" });
  await db.transact(tenantId, async ({ connections }) => {
    await connections.create({
      connectionId,
      name: "Acme",
      issuer: "https://login.example.com",
      clientId: "burgee",
      secretVersion: 1,
      sealedSecret: `v1|${dataKeyId}|none`,
      scopes: ["openid"],
      roleClaim: null,
      roles: {},
      defaultRole: null,
    });
    await connections.addDomain({ connectionId, domain, proof: "x".repeat(32) });
    await connections.setProved(domain);
  });
  const signingIn = Array.from({ length: MOST_SIGNING_IN }, () =>
    isPassword("wrong horse battery", undefined),
  );
  await expect(isPassword("wrong horse battery", undefined)).rejects.toMatchObject({ code: "unavailable" });

  const directory = { tenantId, scimTokenId: newId<ScimTokenId>() };
  const caller = { db, system, announceKey, directory, requestId: "req-1", baseUrl: "https://x.example" };
  await expect(createScimUser(caller, { userName: `ada@${domain}` })).resolves.toMatchObject({
    active: true,
  });

  expect(await Promise.all(signingIn)).toEqual(Array(MOST_SIGNING_IN).fill(false));
});
