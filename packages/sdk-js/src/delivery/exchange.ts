import type { Cancel } from "../ports.ts";
import { SdkError } from "../sdk-error.ts";
import { ANSWER_WITHIN_MS } from "./delays.ts";
import type { Service } from "./service.ts";

export interface ExchangeRequest {
  readonly path: string;
  /** GET, left out. */
  readonly method?: "POST";
  readonly body?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Puts off the end of an exchange: it dies when this is not called again within `ms`. */
export type StayAlive = (ms: number) => void;

export type Exchanged<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: SdkError };

/**
 * One request and the reading of its answer. Ends the request when `signal` aborts, when nothing is heard in
 * time, and when `read` is done, whether or not it read the whole body: no socket outlives the call.
 *
 * - Errors: "closed", "silent", "unreachable", or the SdkError that `read` throws. Never rejects.
 */
export async function exchange<T>(
  service: Service,
  request: ExchangeRequest,
  read: (response: Response, stayAlive: StayAlive) => Promise<T>,
): Promise<Exchanged<T>> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  request.signal.addEventListener("abort", abort);
  if (request.signal.aborted) abort();

  let silentForMs: number | undefined;
  let cancel: Cancel = () => {};
  const stayAlive = (ms: number): void => {
    cancel();
    cancel = service.ports.after(ms, () => {
      silentForMs = ms;
      abort();
    });
  };

  try {
    stayAlive(ANSWER_WITHIN_MS);
    const response = await service.fetch(`${service.baseUrl}${request.path}`, {
      ...(request.method === undefined ? {} : { method: request.method, body: request.body ?? "" }),
      headers: { ...request.headers, authorization: `Bearer ${service.sdkKey}` },
      cache: "no-store",
      signal: controller.signal,
    });
    return { ok: true, value: await read(response, stayAlive) };
  } catch (cause) {
    if (request.signal.aborted) return failed(new SdkError("closed", "The client was closed."));
    if (silentForMs !== undefined) return failed(silent(service, silentForMs));
    if (cause instanceof SdkError) return failed(cause);
    const message = `${service.baseUrl} was not reached: ${reasonOf(cause)}`;
    return failed(new SdkError("unreachable", message, { cause }));
  } finally {
    cancel();
    request.signal.removeEventListener("abort", abort);
    abort();
  }
}

function failed(error: SdkError): { ok: false; error: SdkError } {
  return { ok: false, error };
}

function silent(service: Service, forMs: number): SdkError {
  return new SdkError("silent", `Nothing was heard from ${service.baseUrl} for ${forMs / 1000} s.`);
}

/** `fetch` says only "fetch failed"; what failed stands in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const code = "code" in cause ? cause.code : undefined;
  return cause.message || (typeof code === "string" ? code : error.message);
}
