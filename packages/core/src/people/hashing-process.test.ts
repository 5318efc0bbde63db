import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { HashingProcess } from "./hashing-process.ts";

const COST = { memoryCost: 8192, timeCost: 1, parallelism: 1 };
const folder = mkdtempSync(join(tmpdir(), "burgee-hashing-"));
afterAll(() => rmSync(folder, { recursive: true }));

const hashOf = (hashing: HashingProcess, plain = "correct horse battery") =>
  hashing.ask({ kind: "hash", plain, cost: COST });

function aProcess(program?: string): HashingProcess {
  const hashing = new HashingProcess(program);
  onTestFinished(() => {
    if (hashing.pid !== undefined) process.kill(hashing.pid, "SIGKILL");
  });
  return hashing;
}

function programOf(source: string): string {
  const path = join(folder, `${crypto.randomUUID()}.mjs`);
  writeFileSync(path, source);
  return path;
}

describe("the process that hashes", () => {
  test("answers each who asks with their own, and has less priority than who asks", async () => {
    const hashing = aProcess();
    const plains = Array.from({ length: 10 }, (_, n) => `password ${n}`);

    const hashes = await Promise.all(plains.map((plain) => hashOf(hashing, plain)));
    const verified = await Promise.all(
      plains.map((plain, n) => hashing.ask({ kind: "verify", plain, hashed: String(hashes[n]) })),
    );

    expect(verified).toEqual(Array(10).fill(true));
    expect(await hashing.ask({ kind: "verify", plain: "another", hashed: String(hashes[0]) })).toBe(false);
    expect(getPriority(hashing.pid)).toBeGreaterThan(getPriority());
  });

  test("is said to be away by whoever waits when it dies, and is there again for who comes later", async () => {
    const hashing = aProcess();
    await hashOf(hashing);
    const first = hashing.pid ?? 0;

    const waiting = hashOf(hashing);
    process.kill(first, "SIGKILL");
    await expect(waiting).rejects.toMatchObject({ code: "unavailable" });

    await expect
      .poll(() => hashOf(hashing).catch(() => undefined), { timeout: 5_000 })
      .toMatch(/^\$argon2id\$/);
    expect(hashing.pid).not.toBe(first);
  });

  test("is not started over and over where it does not live", async () => {
    const hashing = aProcess(programOf("process.exit(1);"));

    await expect(hashOf(hashing)).rejects.toMatchObject({ code: "unavailable" });
    const startedMs = performance.now();
    const again = await Promise.allSettled(Array.from({ length: 20 }, () => hashOf(hashing)));

    expect(again.map(({ status }) => status)).toEqual(Array(20).fill("rejected"));
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });

  test("tells of what is no hash, without the password, and goes on", async () => {
    const hashing = aProcess();

    const broken = hashing.ask({ kind: "verify", plain: "swordfish", hashed: "none" });

    await expect(broken).rejects.toThrow(/not hashed/);
    await expect(broken).rejects.not.toThrow(/swordfish/);
    expect(await hashOf(hashing)).toMatch(/^\$argon2id\$/);
  });

  test("ends with who started it, and keeps nobody from ending", () => {
    const url = new URL("./hashing-process.ts", import.meta.url).href;
    const program = programOf(`
      const { HashingProcess } = await import(${JSON.stringify(url)});
      const hashing = new HashingProcess();
      await hashing.ask({ kind: "hash", plain: "x", cost: ${JSON.stringify(COST)} });
      console.log(hashing.pid);
    `);

    const { status, stdout } = spawnSync(process.execPath, ["--conditions=burgee:source", program], {
      encoding: "utf8",
      timeout: 20_000,
    });

    expect(status).toBe(0);
    return expect.poll(() => isAlive(Number(stdout)), { timeout: 5_000 }).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
