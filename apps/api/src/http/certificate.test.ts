import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@burgee/runtime";
import { createCertificate, eventually, type TestCertificate } from "@burgee/test-support";
import { afterAll, afterEach, expect, test } from "vitest";
import { openCertificate } from "./certificate.ts";

const folder = mkdtempSync(join(tmpdir(), "burgee-certificate-"));
const files = { certFile: join(folder, "cert.pem"), keyFile: join(folder, "key.pem") };
const logged: string[] = [];
const log = createLogger({ level: "info", name: "test", sink: { write: (line) => logged.push(line) } });
let stop = new AbortController();

afterEach(() => {
  stop.abort();
  stop = new AbortController();
  logged.length = 0;
});
afterAll(() => rmSync(folder, { recursive: true }));

function put({ cert, key }: Partial<TestCertificate>): void {
  if (cert !== undefined) writeFileSync(files.certFile, cert);
  if (key !== undefined) writeFileSync(files.keyFile, key);
}
const open = () => openCertificate(files, { log, signal: stop.signal, everyMs: 5 });

test("takes a pair that was put in the other's place, without a restart", async () => {
  const [first, second] = [createCertificate(), createCertificate()];
  put(first);
  const certificate = await open();
  const renewed: unknown[] = [];
  certificate.follow((pair) => renewed.push(pair));

  put(second);
  await eventually(() => expect(renewed).toHaveLength(1));

  expect(renewed).toEqual([second]);
  expect(certificate.current).toEqual(second);
});

test("stays with the last good pair while the files don't fit each other, and says so once", async () => {
  const [first, second] = [createCertificate(), createCertificate()];
  put(first);
  const certificate = await open();

  put({ cert: second.cert });
  await eventually(() => expect(logged.join()).toContain("The last certificate that was good stays."));
  const meanwhile = certificate.current;
  put({ key: second.key });
  await eventually(() => expect(certificate.current).toEqual(second));

  expect(meanwhile).toEqual(first);
  expect(logged.filter((line) => line.includes("stays"))).toHaveLength(1);
});

test.each([
  [
    "a key of another certificate",
    () => put({ key: createCertificate().key }),
    "are no certificate and its key",
  ],
  ["a file that is not there", () => rmSync(files.keyFile), "key.pem can't be read"],
  ["what is no certificate", () => put({ cert: "hello" }), "are no certificate and its key"],
])("refuses %s at the start, and shows nothing of the key", async (_, spoil, message) => {
  const pair = createCertificate();
  put(pair);
  spoil();

  const error: unknown = await open().catch((caught: unknown) => caught);

  expect(error).toMatchObject({ name: "CertificateError", message: expect.stringContaining(message) });
  expect(String(error)).not.toContain("PRIVATE KEY");
});
