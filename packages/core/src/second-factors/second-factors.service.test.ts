import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId, type SessionCredential, type SessionId, seedPlace } from "@burgee/db";
import { openLocalKeyEncryption } from "@burgee/runtime";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { install } from "../../test/installation.ts";
import { createKeyring } from "../keyring/keyring.ts";
import { answerSecondFactor } from "../people/answer-second-factor.ts";
import { provePerson } from "../people/prove-person.ts";
import { registerUser } from "../people/register-user.ts";
import { signIn } from "../people/sign-in.ts";
import { createTenant } from "../tenants/create-tenant.ts";
import {
  beginSecondFactor,
  confirmSecondFactor,
  disableSecondFactor,
  getSecondFactor,
  renewRecoveryCodes,
} from "./enrol-second-factor.ts";

const HOUR_MS = 3_600_000;
const password = "correct horse battery";
const address = "203.0.113.9";

const installation = await install();
const { db, system, admin } = installation;
const folder = mkdtempSync(join(tmpdir(), "burgee-second-factors-"));
const keyEncryption = await openLocalKeyEncryption(join(folder, "key"));
const keyring = createKeyring({ dataKeys: system.dataKeys, keyEncryption });
const unrecorded: unknown[] = [];
const deps = {
  db,
  system,
  keyring,
  requestId: "r",
  onUnrecorded: (error: unknown) => unrecorded.push(error),
};
let email: string;
let session: SessionCredential;
let people = 0;

beforeEach(async () => {
  email = `person-${++people}@example.com`;
  const userId = await registerUser({ system }, { email, name: "Ada", password });
  const { tenantId } = await createTenant({ db, system }, { name: "Acme", ownerId: userId, requestId: "r" });
  session = {
    tenantId,
    sessionHash: randomBytes(32),
    sessionId: newId<SessionId>(),
    userId,
    expiresInMs: HOUR_MS,
    idleMs: 0,
    provedMsAgo: 0,
    name: "Ada",
    email,
    credentialsVersion: 1,
    role: "owner",
    bindings: { permissions: null, grants: [] },
    isRoleNew: false,
  };
});
afterAll(async () => {
  await installation.close();
  expect(unrecorded).toEqual([]);
  rmSync(folder, { recursive: true });
});

describe("enrolling", () => {
  test("asks for a code before it counts, then asks at each sign-in", async () => {
    const { seed, uri } = await beginSecondFactor(deps, session);
    expect(await pendingIdAfterPassword()).toBeUndefined();
    expect(await getSecondFactor(deps, session)).toEqual({ enabled: false, recoveryCodesLeft: 0 });
    expect(uri).toContain(`secret=${seed}`);

    await expect(confirm(wrongCode(seed))).rejects.toMatchObject({
      code: "invalid_input",
      issues: [{ pointer: "/code", code: "wrong_code" }],
    });
    const { recoveryCodes } = await confirm(codeOf(seed));

    expect(new Set(recoveryCodes).size).toBe(10);
    expect(await getSecondFactor(deps, session)).toEqual({ enabled: true, recoveryCodesLeft: 10 });
    expect(await pendingIdAfterPassword()).toBeDefined();
  });

  test("keeps the seed sealed, and the codes as hashes", async () => {
    const { seed } = await beginSecondFactor(deps, session);
    const { recoveryCodes } = await confirm(codeOf(seed));

    const { rows } = await admin.query(
      "select f::text || string_agg(c::text, ' ') as kept from burgee.second_factors f join burgee.recovery_codes c using (user_id) where user_id = $1 group by f.*",
      [session.userId],
    );
    const kept: string = rows[0].kept;
    expect(kept).toMatch(/v1\|/);
    for (const secret of [
      seed,
      Buffer.from(Secret.fromBase32(seed).bytes).toString("hex"),
      ...recoveryCodes,
    ]) {
      expect(kept).not.toContain(secret);
    }
  });

  test("again forgets the seed before, whose sealed text opens no more if it is put back", async () => {
    const first = await beginSecondFactor(deps, session);
    const kept = await system.secondFactors.find(session.userId);
    const second = await beginSecondFactor(deps, session);

    await expect(confirm(codeOf(first.seed))).rejects.toMatchObject({ code: "invalid_input" });
    const place = seedPlace(session.userId, 2);
    await expect(keyring.open(place, kept?.sealedSeed ?? "")).rejects.toMatchObject({
      name: "BrokenSealError",
    });
    await confirm(codeOf(second.seed));
    await expect(beginSecondFactor(deps, session)).rejects.toMatchObject({ code: "second_factor_enabled" });
  });

  test("does not confirm what the person began anew meanwhile, nor twice", async () => {
    const { seed } = await beginSecondFactor(deps, session);
    await confirm(codeOf(seed));

    await expect(confirm(codeOf(seed, 1))).rejects.toMatchObject({ code: "second_factor_enabled" });
    const change = { userId: session.userId };
    expect(await system.secondFactors.confirm(change, 7, [randomBytes(32)])).toBe(false);
  });

  test.each([
    ["begin", () => beginSecondFactor(deps, stale())],
    ["confirm", () => confirmSecondFactor(deps, { code: "123456" }, stale())],
    ["disable", () => disableSecondFactor(deps, stale())],
    ["renew the codes", () => renewRecoveryCodes(deps, stale())],
  ])("and ending it take a proof of ten minutes at most: %s", async (_, work) => {
    await expect(work()).rejects.toMatchObject({ code: "proof_needed" });
  });
});

describe("a code", () => {
  test("of the authenticator signs in once, however many send it at once", async () => {
    const { seed } = await enrolled();
    const pending = await Promise.all([1, 2, 3, 4].map(() => pendingIdAfterPassword()));
    const code = codeOf(seed, 1);

    const answers = await Promise.allSettled(pending.map((pendingId) => answer(code, pendingId)));

    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(answer(code, await pendingIdAfterPassword())).rejects.toMatchObject({
      code: "unauthenticated",
      message: "This code is not right, or was used before.",
    });
  });

  test("of before the last one that was used is used up as well", async () => {
    const { seed } = await enrolled();
    await answer(codeOf(seed, 1), await pendingIdAfterPassword());

    await expect(answer(codeOf(seed, 0), await pendingIdAfterPassword())).rejects.toMatchObject({
      code: "unauthenticated",
    });
  });

  test("of another person is none", async () => {
    const { seed } = await enrolled();
    const theirs = new TOTP({ secret: new Secret({ size: 20 }) }).generate();
    const pendingId = await pendingIdAfterPassword();

    if (theirs !== codeOf(seed) && theirs !== codeOf(seed, 1)) {
      await expect(answer(theirs, pendingId)).rejects.toMatchObject({ code: "unauthenticated" });
    }
    expect(await answer(codeOf(seed, 1), pendingId)).toMatchObject({ userId: session.userId });
  });

  test("for recovery signs in once, and is one fewer", async () => {
    const { recoveryCodes } = await enrolled();
    const [code = ""] = recoveryCodes;
    const pending = await Promise.all([1, 2, 3].map(() => pendingIdAfterPassword()));

    const answers = await Promise.allSettled(
      pending.map((pendingId) => answer(code.toUpperCase().replaceAll("-", ""), pendingId)),
    );

    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await getSecondFactor(deps, session)).toEqual({ enabled: true, recoveryCodesLeft: 9 });
  });

  test("for recovery works no more once there are new ones", async () => {
    const { recoveryCodes } = await enrolled();
    const renewed = await renewRecoveryCodes(deps, session);

    const [old = ""] = recoveryCodes;
    const [fresh = ""] = renewed.recoveryCodes;
    await expect(answer(old, await pendingIdAfterPassword())).rejects.toMatchObject({
      code: "unauthenticated",
    });
    expect(await answer(fresh, await pendingIdAfterPassword())).toMatchObject({ userId: session.userId });
  });
});

describe("a sign-in that is half done", () => {
  test("takes five codes, and then the right one no more", async () => {
    const { seed } = await enrolled();
    const pendingId = await pendingIdAfterPassword();
    for (let guess = 0; guess < 5; guess += 1) {
      await expect(answer(wrongCode(seed), pendingId)).rejects.toMatchObject({ code: "unauthenticated" });
    }

    await expect(answer(codeOf(seed, 1), pendingId)).rejects.toMatchObject({
      message: "This sign-in is over: begin again with address and password.",
    });
  });

  test("begun again and again allows no more than ten codes an hour", async () => {
    const { seed } = await enrolled();
    const codes: unknown[] = [];
    for (let begun = 0; begun < 4; begun += 1) {
      const pendingId = await pendingIdAfterPassword();
      for (let guess = 0; guess < 5; guess += 1) {
        codes.push(await answer(wrongCode(seed), pendingId).catch(({ code }) => code));
      }
    }

    expect(codes).toEqual([...Array(10).fill("unauthenticated"), ...Array(10).fill("too_many_guesses")]);
  });

  test("is over after five minutes by the database's clock", async () => {
    const { seed } = await enrolled();
    const pendingId = await pendingIdAfterPassword();
    const { rows } = await admin.query(
      "select extract(epoch from ends_at - now())::float8 as seconds from burgee.pending_sign_ins where user_id = $1",
      [session.userId],
    );
    expect(rows[0].seconds).toBeCloseTo(300, -1);
    await admin.query("update burgee.pending_sign_ins set ends_at = now() where user_id = $1", [
      session.userId,
    ]);

    await expect(answer(codeOf(seed, 1), pendingId)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("ends when the password is changed", async () => {
    const { seed } = await enrolled();
    const first = await pendingIdAfterPassword();
    await system.credentials.setPassword({ userId: session.userId }, "none");
    await expect(answer(codeOf(seed, 1), first)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("is not found by guessing, nor without its cookie", async () => {
    const { seed } = await enrolled();

    for (const pendingId of [undefined, "", "swordfish"]) {
      await expect(answer(codeOf(seed, 1), pendingId)).rejects.toMatchObject({ code: "unauthenticated" });
    }
  });
});

describe("proving once more who one is", () => {
  test("takes the password of who has no second factor", async () => {
    await expect(provePerson(deps, { password: "wrong" }, session)).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(provePerson(deps, { code: "123456" }, session)).rejects.toMatchObject({
      issues: [{ pointer: "/password", code: "required" }],
    });
    await provePerson(deps, { password }, session);
  });

  test("takes a code of who has one, once, and the password no more", async () => {
    const { seed } = await enrolled();

    await expect(provePerson(deps, { password }, session)).rejects.toMatchObject({
      issues: [{ pointer: "/code", code: "required" }],
    });
    const code = codeOf(seed, 1);
    await provePerson(deps, { code }, session);
    await expect(provePerson(deps, { code }, session)).rejects.toMatchObject({ code: "forbidden" });
  });

  test("is tried ten times an hour", async () => {
    const codes: unknown[] = [];
    for (let guess = 0; guess < 12; guess += 1) {
      codes.push(await provePerson(deps, { password: "wrong" }, session).catch(({ code }) => code));
    }

    expect(codes).toEqual([...Array(10).fill("forbidden"), ...Array(2).fill("too_many_guesses")]);
  });
});

test("taking it away ends what it asked for, and its codes", async () => {
  await enrolled();

  await disableSecondFactor(deps, session);

  expect(await pendingIdAfterPassword()).toBeUndefined();
  await expect(disableSecondFactor(deps, session)).rejects.toMatchObject({ code: "second_factor_missing" });
  await expect(renewRecoveryCodes(deps, session)).rejects.toMatchObject({ code: "second_factor_missing" });
  const { rowCount } = await admin.query("select from burgee.recovery_codes where user_id = $1", [
    session.userId,
  ]);
  expect(rowCount).toBe(0);
});

function confirm(code: string) {
  return confirmSecondFactor(deps, { code }, session);
}

function answer(code: string, pendingId: string | undefined) {
  return answerSecondFactor(deps, { code, pendingId, address });
}

/** The session as it is after it, with the credentials of now. */
async function enrolled() {
  const { seed } = await beginSecondFactor(deps, session);
  const { recoveryCodes } = await confirm(codeOf(seed));
  session = { ...session, credentialsVersion: session.credentialsVersion + 1 };
  return { seed, recoveryCodes };
}

async function pendingIdAfterPassword(): Promise<string | undefined> {
  const outcome = await signIn(deps, { email, password, address });
  return outcome.status === "second_factor_needed" ? outcome.pendingId : undefined;
}

function stale(): SessionCredential {
  return { ...session, provedMsAgo: 10 * 60 * 1000 + 1 };
}

/** @param ahead steps of 30 s from now; one ahead is taken as well */
function codeOf(seed: string, ahead = 0): string {
  return new TOTP({ secret: Secret.fromBase32(seed) }).generate({ timestamp: Date.now() + ahead * 30_000 });
}

function wrongCode(seed: string): string {
  const right = [-2, -1, 0, 1, 2].map((ahead) => codeOf(seed, ahead));
  const wrong = ["000000", "111111", "222222", "333333", "444444", "555555"].find(
    (code) => !right.includes(code),
  );
  return wrong ?? "666666";
}
