import { createHash, createPublicKey, verify } from "node:crypto";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, aToggle, inRole, install } from "../../test/installation.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { finishRotations, replaceDataKeys } from "../keyring/rotate-data-keys.ts";
import { publishEnvironment } from "../rulesets/publish-environment.ts";
import { issueSdkKey } from "../sdk-keys/issue-sdk-key.ts";
import { listSdkKeys } from "../sdk-keys/list-sdk-keys.ts";
import { listSigningKeys } from "./list-signing-keys.ts";
import { rotateSigningKey } from "./rotate-signing-key.ts";

const installation = await install();
const { db, system, keyring, admin, newTenant } = installation;

let caller: AtHome;

beforeEach(async () => {
  caller = await newTenant();
  await publishAll();
});
afterAll(() => installation.close());

describe("a published ruleset", () => {
  test("carries a seal that says which it is, and that its tenant's key signed", async () => {
    await aToggle(caller, "cart", { default: true });
    await publishAll();

    const { tenantId, home } = caller.person;
    const { epoch, revision, body, seal } = await stored(caller);
    const sum = createHash("sha256").update(body).digest("hex");
    expect(seal?.split("|").slice(0, -1)).toEqual([
      "burgee1",
      tenantId,
      home.environmentId,
      epoch,
      String(revision),
      sum,
    ]);
    expect(await signersOf(caller)).toEqual([(await listSigningKeys(caller))[0]?.id]);
  });

  test("is signed by a key of its own tenant's alone", async () => {
    const other = await newTenant();
    await publishAll();

    const [mine] = await listSigningKeys(caller);
    const [theirs] = await listSigningKeys(other);
    expect(mine?.publicKey).toHaveLength(43);
    expect(theirs?.publicKey).not.toBe(mine?.publicKey);
  });

  test("is signed by one key, though publishers of the tenant meet where it has none", async () => {
    const fresh = await newTenant();
    await createEnvironment(fresh, { project: "web", key: "staging", name: "Staging" });

    await Promise.all([publishAll(), publishAll()]);

    expect(await listSigningKeys(fresh)).toHaveLength(1);
    expect(await signersOf(fresh)).toHaveLength(1);
  });

  test("is not published while the key can't be opened, and the one before it stays", async () => {
    const before = await stored(caller);
    await aToggle(caller, "cart", { default: true });

    const isAway = async () => {
      throw new Error("The key file is away.");
    };
    const outcome = await publish({
      open: isAway,
      seal: isAway,
      pseudonym: isAway,
      sign: isAway,
      isSigned: isAway,
    });

    expect(outcome).toMatchObject({ outcome: "failed" });
    expect(await stored(caller)).toEqual(before);
  });
});

describe("the key that signs", () => {
  test("is shown by its public half, and beside a server's key with the environment that it vouches for", async () => {
    const { project, environment } = { project: "web", environment: "production" };
    const issued = await issueSdkKey(caller, { project, environment, kind: "srv", name: "Shop" });
    await issueSdkKey(caller, {
      project,
      environment,
      kind: "cli",
      name: "Page",
      origins: ["https://shop.example"],
    });

    const [{ publicKey } = { publicKey: "" }] = await listSigningKeys(caller);
    const pinned = [`ed25519.${caller.person.home.environmentId}.${publicKey}`];
    expect(issued.verifyKeys).toEqual(pinned);
    expect((await listSdkKeys(caller)).map(({ kind, verifyKeys }) => [kind, verifyKeys])).toEqual([
      ["srv", pinned],
      ["cli", []],
    ]);
  });

  test("lies sealed in the database, and is sealed anew when its data key is replaced", async () => {
    const [before] = await privateHalves();
    await replaceDataKeys({ system, keyEncryption: installation.keyEncryption }, { atLeastMs: 0 });
    await finishRotations({
      system,
      keyring: installation.newKeyring(),
      keyEncryption: installation.keyEncryption,
    });

    const [after] = await privateHalves();
    expect(before).toMatch(/^v1\|/);
    expect(after).toMatch(/^v1\|/);
    expect(after).not.toBe(before);
    await aToggle(caller, "cart", { default: true });
    await publishAll();
    expect(await signersOf(caller)).toHaveLength(1);
  });
});

describe("a rotation", () => {
  test("lets both keys sign a new revision of every environment, and shows until when", async () => {
    await createEnvironment(caller, { project: "web", key: "staging", name: "Staging" });
    await publishAll();
    const [old] = await listSigningKeys(caller);
    const { revision } = await stored(caller);

    const valid = await rotate(caller, { overlapDays: 30 });
    await publishAll();

    expect(valid).toMatchObject([{ retiresAt: null }, { id: old?.id }]);
    const days = (Date.parse(valid[1]?.retiresAt ?? "") - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThan(30.1);
    expect((await stored(caller)).revision).toBe(revision + 1);
    expect(await signersOf(caller)).toEqual(valid.map(({ id }) => id));
    const { rows } = await admin.query(
      "select count(*)::int as sealed from burgee.rulesets where tenant_id = $1 and seal like '%,%'",
      [caller.person.tenantId],
    );
    expect(rows).toEqual([{ sealed: 2 }]);
  });

  test("ends the old keys at once where that is asked for, also in the middle of another", async () => {
    await rotate(caller, { overlapDays: 30 });

    const valid = await rotate(caller, { overlapDays: 0 });
    await publishAll();

    expect(valid).toMatchObject([{ retiresAt: null }]);
    expect(await signersOf(caller)).toEqual([valid[0]?.id]);
    expect(await privateHalves()).toHaveLength(1);
  });

  test("waits for the one before it", async () => {
    const [, retiring] = await rotate(caller, { overlapDays: 30 });

    await expect(rotate(caller, { overlapDays: 1 })).rejects.toMatchObject({
      code: "signing_key_rotating",
      details: { id: retiring?.id, retiresAt: retiring?.retiresAt },
    });
  });

  test("of two at once is one", async () => {
    const both = await Promise.allSettled([
      rotate(caller, { overlapDays: 7 }),
      rotate(caller, { overlapDays: 7 }),
    ]);

    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await listSigningKeys(caller)).toHaveLength(2);
  });

  test("is told to the audit trail, with public halves alone", async () => {
    const [now] = await rotate(caller, { overlapDays: 30 });

    const { rows } = await admin.query(
      "select object, before, after from burgee.audit_entries where tenant_id = $1 and action = 'signing_key.rotated'",
      [caller.person.tenantId],
    );
    expect(rows).toMatchObject([
      {
        object: `signing-key/${now?.id}`,
        before: { keys: [{}] },
        after: { keys: [{}, {}], environments: 1 },
      },
    ]);
  });

  test("is no editor's", async () => {
    await expect(rotate(inRole(caller, "editor"), { overlapDays: 30 })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(listSigningKeys(inRole(caller, "editor"))).rejects.toMatchObject({ code: "forbidden" });
  });
});

function rotate(who: AtHome, input: { readonly overlapDays: number }) {
  return rotateSigningKey({ ...who, keyring }, input);
}

async function publishAll(): Promise<void> {
  for (const environment of await system.listUnpublished(100)) {
    await publishEnvironment(portsWith(keyring), environment);
  }
}

function publish(own: typeof keyring) {
  const { tenantId, home } = caller.person;
  return publishEnvironment(portsWith(own), { tenantId, environmentId: home.environmentId });
}

function portsWith(own: typeof keyring) {
  return {
    db,
    system,
    keyring: own,
    announce: async () => undefined,
    onOutcome: () => undefined,
  };
}

async function stored({ person: { tenantId, home } }: AtHome) {
  const found = await db.read(tenantId, ({ rulesets }) => rulesets.find(home.environmentId));
  if (!found) throw new Error("Nothing is published.");
  return found;
}

/** The ids of the keys whose signatures stand in the seal, by what `node:crypto` says of them. */
async function signersOf(who: AtHome): Promise<readonly string[]> {
  const { seal } = await stored(who);
  const statement = Buffer.from(seal?.slice(0, seal.lastIndexOf("|")) ?? "");
  const signatures = seal?.slice(seal.lastIndexOf("|") + 1).split(",") ?? [];
  const keys = await listSigningKeys(who);
  return signatures.map((signature) => {
    const signer = keys.find(({ publicKey: x }) => {
      const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
      return verify(null, statement, key, Buffer.from(signature, "base64url"));
    });
    return signer?.id ?? "nobody";
  });
}

async function privateHalves(): Promise<readonly string[]> {
  const { rows } = await admin.query<{ sealed_private: string }>(
    "select sealed_private from burgee.signing_keys where tenant_id = $1",
    [caller.person.tenantId],
  );
  return rows.map(({ sealed_private }) => sealed_private);
}
