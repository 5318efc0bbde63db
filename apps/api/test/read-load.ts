/** Asks a node for what SDKs and programs ask, again and again, and counts what is not answered as it should be. */
import { openStream, type TestStream } from "./open-stream.ts";

export interface LoadOptions {
  readonly baseUrl: string;
  readonly serverKey: string;
  readonly clientKey: string;
  /** What the SDK holds, so that it hears 304. */
  readonly etag: string;
}

export interface LoadReport {
  readonly answered: number;
  /** Each request that failed, with how. */
  readonly failures: readonly string[];
}

export async function readLoad(
  { baseUrl, serverKey, clientKey, etag }: LoadOptions,
  forMs: number,
): Promise<LoadReport> {
  const until = performance.now() + forMs;
  const failures: string[] = [];
  let answered = 0;
  const json = { "content-type": "application/json" };
  const evaluate = (key: string) => ({
    path: "/v1/evaluate",
    init: { method: "POST", headers: { "x-api-key": key, ...json }, body: "{}" },
    status: 200,
  });
  const requests = [
    evaluate(serverKey),
    evaluate(clientKey),
    { path: "/v1/toggles/cart?userId=ada", init: { headers: { "x-api-key": serverKey } }, status: 200 },
    {
      path: "/v1/ruleset",
      init: { headers: { "x-api-key": serverKey, "if-none-match": etag } },
      status: 304,
    },
  ];
  await Promise.all(
    requests.map(async ({ path, init, status }) => {
      while (performance.now() < until) {
        const outcome = await fetch(`${baseUrl}${path}`, init).then(
          async (answer) => ({ status: answer.status, text: await answer.text() }),
          (error: unknown) => ({ status: 0, text: String(error) }),
        );
        if (outcome.status === status) answered += 1;
        else failures.push(`${path}: ${outcome.status} ${outcome.text}`);
      }
    }),
  );
  return { answered, failures };
}

export function followRulesets({ baseUrl, serverKey }: LoadOptions): Promise<TestStream> {
  return openStream(`${baseUrl}/v1/stream`, { "x-api-key": serverKey });
}
