import type { EvaluationContext, ServerClient } from "@burgee/sdk";

export interface BooleanClient {
  value(key: string, fallback: boolean, context?: EvaluationContext): boolean;
}

const ASK_EVERY_MS = 100;

/**
 * A client with the mistake that this design is against: a time to live that means forget. It answers fallbacks once its node has not said for
 * `ttlMs` that the database confirms what it serves.
 */
export function forgetful(
  client: ServerClient,
  {
    ttlMs,
    nodeUrl,
    signal,
  }: { readonly ttlMs: number; readonly nodeUrl: string; readonly signal: AbortSignal },
): BooleanClient {
  let confirmedMs = performance.now();
  const timer = setInterval(async () => {
    const answer = await fetch(`${nodeUrl}/readyz`).then(
      (response) => response.text(),
      () => "",
    );
    if (answer.includes('"status":"ok"')) confirmedMs = performance.now();
  }, ASK_EVERY_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  return {
    value: (key, fallback, context) =>
      performance.now() - confirmedMs > ttlMs ? fallback : client.value(key, fallback, context),
  };
}
