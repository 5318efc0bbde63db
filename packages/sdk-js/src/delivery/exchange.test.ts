import { expect, test } from "vitest";
import { ManualPorts } from "../../test/manual-ports.ts";
import { exchange } from "./exchange.ts";

const request = { path: "/v1/ruleset", headers: {}, signal: new AbortController().signal };

function failingService(failure: unknown) {
  const ports = new ManualPorts();
  return { baseUrl: "http://burgee", sdkKey: "k", fetch: () => Promise.reject(failure), ports };
}

test.each([
  ["text", "text"],
  [new Error("plain"), "plain"],
  [new TypeError("fetch failed", { cause: new Error("self-signed certificate") }), "self-signed certificate"],
  [
    new TypeError("fetch failed", { cause: Object.assign(new Error(""), { code: "ECONNREFUSED" }) }),
    "ECONNREFUSED",
  ],
  [new TypeError("fetch failed", { cause: new Error("") }), "fetch failed"],
])("says why the service was not reached, as far as %o tells", async (failure, reason) => {
  const exchanged = await exchange(failingService(failure), request, () => Promise.resolve(1));

  expect(exchanged).toMatchObject({
    ok: false,
    error: { code: "unreachable", message: `http://burgee was not reached: ${reason}` },
  });
});

test("leaves no timer behind", async () => {
  const service = failingService("text");

  await exchange(service, request, () => Promise.resolve(1));

  expect(service.ports.pending).toBe(0);
});

test("does not begin when it is over before", async () => {
  const service = {
    ...failingService("text"),
    fetch: (_url: unknown, init?: RequestInit) => fetch("http://127.0.0.1:9", init ?? {}),
  };

  const exchanged = await exchange(service, { ...request, signal: AbortSignal.abort() }, () =>
    Promise.resolve(1),
  );

  expect(exchanged).toMatchObject({ ok: false, error: { code: "closed" } });
});
