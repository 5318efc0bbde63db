import { newId, type TenantId } from "@burgee/db";
import { expect, test } from "vitest";
import { ListDownloads } from "./list-downloads.ts";

const tenant = newId<TenantId>();
const other = newId<TenantId>();

test("loads a list once while somebody reads it, and holds it once", async () => {
  const { downloads, hold, loads } = downloadsOf({ bytes: 20 });

  const [first, second] = await Promise.all([hold("a", 10), hold("a", 10)]);
  first.end();
  first.end();
  const third = await downloads.hold(tenant, "a", async () => Uint8Array.of());

  expect(third.bytes).toBe(first.bytes);
  expect(second.bytes).toBe(first.bytes);
  expect(loads).toEqual(["a"]);
});

test("refuses lists of more bytes than it may hold for a tenant, until one is read", async () => {
  const { downloads, hold } = downloadsOf({ bytes: 20 });
  const first = await hold("a", 10);

  await expect(hold("b", 1)).rejects.toMatchObject({ code: "unavailable" });
  await expect(downloads.hold(other, "a", async () => new Uint8Array(5))).resolves.toBeDefined();

  first.end();
  expect((await hold("b", 1)).bytes).toHaveLength(1);
});

test("forgets a load that failed", async () => {
  const { downloads, hold } = downloadsOf();
  const failing = async () => {
    throw new Error("The database is down.");
  };

  const failures = [1, 2].map(() => downloads.hold(tenant, "a", failing));

  expect((await Promise.allSettled(failures)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect((await hold("a", 1)).bytes).toHaveLength(1);
});

test("sends a few lists to a tenant at a time, the others after them, and refuses the rest", async () => {
  const { downloads, loads } = downloadsOf();
  const read = Promise.withResolvers<void>();
  const send = async (hash: string) => {
    const load = async () => {
      loads.push(hash);
      return Uint8Array.of(1);
    };
    await downloads.send(tenant, hash, load, () => read.promise);
  };

  const sending = Array.from({ length: 20 }, (_, at) => send(`${at}`));
  await expect(send("20")).rejects.toMatchObject({ code: "unavailable" });
  await downloads.send(
    other,
    "a",
    async () => Uint8Array.of(1),
    async () => undefined,
  );
  expect(loads).toEqual(["0", "1", "2", "3"]);

  read.resolve();
  await Promise.all(sending);
  expect(loads).toHaveLength(20);
});

function downloadsOf(...bounds: ConstructorParameters<typeof ListDownloads>) {
  const downloads = new ListDownloads(...bounds);
  const loads: string[] = [];
  const hold = (hash: string, length: number) =>
    downloads.hold(tenant, hash, async () => {
      loads.push(hash);
      return new Uint8Array(length);
    });
  return { downloads, hold, loads };
}
