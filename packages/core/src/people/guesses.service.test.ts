import { newId, type UserId } from "@burgee/db";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { install } from "../../test/installation.ts";
import { countPasswordGuess, countProof, judge, knowAddress } from "./guesses.ts";

const installation = await install();
const { system, admin } = installation;
let email: string;
let people = 0;
let addresses = 0;

beforeEach(() => {
  email = `person-${++people}@example.com`;
});
afterAll(() => installation.close());

describe("guesses at a password", () => {
  test("from one address at one account are ten, then a while none", async () => {
    const address = anAddress();

    expect(await passing(15, () => guess({ email, address }))).toBe(10);
    await expect(guess({ email, address })).rejects.toMatchObject({
      code: "too_many_guesses",
      message: expect.stringMatching(/^Too many tries; come back in 1[45] minutes\.$/),
      details: { retryAfterSeconds: expect.toSatisfy((seconds) => seconds > 800 && seconds <= 900) },
    });
    expect(await passing(1, () => guess({ email, address: anAddress() }))).toBe(1);
  });

  test("from many addresses at one account are twenty an hour", async () => {
    expect(await passing(40, () => guess({ email, address: anAddress() }))).toBe(20);
  });

  test("from one address at many accounts are a hundred an hour, and leave nothing behind after that", async () => {
    const address = anAddress();

    expect(await passing(130, (index) => guess({ email: `${index}-${email}`, address }))).toBe(100);
    const { rows } = await admin.query("select count(*)::int as kept from burgee.guesses");
    await passing(30, (index) => guess({ email: `more-${index}-${email}`, address }));
    expect((await admin.query("select count(*)::int as kept from burgee.guesses")).rows).toEqual(rows);
  });

  test("from addresses of one IPv6 network count as from one", async () => {
    expect(
      await passing(15, (index) => guess({ email, address: `2001:db8:1:${people}::${index + 1}` })),
    ).toBe(10);
  });

  test("that are right count no more", async () => {
    const address = anAddress();

    for (let round = 0; round < 30; round += 1) {
      await judge(system, await guess({ email, address }), async () => true);
    }

    expect(await passing(15, () => guess({ email, address }))).toBe(10);
  });

  test("that nobody could look at count no more either", async () => {
    const address = anAddress();

    for (let round = 0; round < 30; round += 1) {
      const looked = judge(system, await guess({ email, address }), async () => {
        throw new Error("Too many wait.");
      });
      await expect(looked).rejects.toThrow("Too many wait.");
    }

    expect(await passing(15, () => guess({ email, address }))).toBe(10);
  });

  test("by strangers hold up nobody who signed in from their address before", async () => {
    const userId = await aPerson();
    const home = anAddress();
    await knowAddress(system, userId, home);

    expect(await passing(40, () => guess({ email, address: anAddress() }))).toBe(20);

    expect(await passing(5, () => guess({ email, address: home }))).toBe(5);
    await expect(guess({ email, address: anAddress() })).rejects.toMatchObject({ code: "too_many_guesses" });
  });

  test("are let through again once the hour is over", async () => {
    await passing(40, () => guess({ email, address: anAddress() }));
    await admin.query("update burgee.guesses set ends_at = now() where ends_at < now() + interval '2 hours'");

    expect(await passing(40, () => guess({ email, address: anAddress() }))).toBe(20);
  });

  test("are a hundred a day at one account, however they are spread over it", async () => {
    let passed = 0;
    for (let hour = 0; hour < 8; hour += 1) {
      passed += await passing(30, () => guess({ email, address: anAddress() }));
      await admin.query(
        "update burgee.guesses set ends_at = now() where ends_at < now() + interval '2 hours'",
      );
    }

    expect(passed).toBe(100);
  });
});

test("proofs of one person are ten an hour and thirty a day", async () => {
  const userId = newId<UserId>();
  const perHour: number[] = [];
  for (let hour = 0; hour < 5; hour += 1) {
    perHour.push(await passing(15, () => countProof(system, userId)));
    await admin.query("update burgee.guesses set ends_at = now() where ends_at < now() + interval '2 hours'");
  }

  expect(perHour).toEqual([10, 10, 10, 0, 0]);
});

test("nobody guesses while nobody counts", async () => {
  const away = await install();
  await away.close();

  await expect(countPasswordGuess(away.system, { email, address: anAddress() })).rejects.toThrow();
});

function guess({ email: of, address }: { readonly email: string; readonly address: string }) {
  return countPasswordGuess(system, { email: of, address });
}

/** How many of so many at once passed. */
async function passing(count: number, work: (index: number) => Promise<unknown>): Promise<number> {
  const answers = await Promise.allSettled(Array.from({ length: count }, (_, index) => work(index)));
  return answers.filter(({ status }) => status === "fulfilled").length;
}

function anAddress(): string {
  addresses += 1;
  return `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`;
}

async function aPerson(): Promise<UserId> {
  const userId = await system.credentials.createUser({ email, name: "Ada", passwordHash: "none" });
  if (!userId) throw new Error("The address is taken.");
  return userId;
}
