import { firstEvent, isStream } from "../first-event.ts";
import type { TestApi } from "../start-api.ts";
import type { Target } from "./targets.ts";

export interface Sent {
  readonly status: number;
  /** Everything that came back: status, headers, body, and of a stream what it begins with. */
  readonly text: string;
}

/** What differs between any two answers. */
const INCIDENTAL = new Set(["date", "x-request-id", "connection", "keep-alive"]);

export async function sendProbe(
  api: TestApi,
  { method, path }: Pick<Target, "method" | "path">,
  input: object,
  headers: Readonly<Record<string, string>>,
): Promise<Sent> {
  const { url, body, header } = path.startsWith("/trpc/")
    ? procedureRequest(method, path, input)
    : routeRequest(path, input);
  const response = await fetch(`${api.baseUrl}${url}`, {
    method,
    redirect: "manual",
    headers: { ...headers, ...header },
    ...(body === undefined ? {} : { body }),
  });
  const lines = [...response.headers]
    .filter(([name]) => !INCIDENTAL.has(name))
    .map(([name, value]) => `${name}: ${value}`);
  const answered = isStream(response) ? await firstEvent(response) : await response.text();
  return { status: response.status, text: [response.status, ...lines, "", answered].join("\n") };
}

interface Request {
  readonly url: string;
  readonly body?: string | undefined;
  readonly header?: Readonly<Record<string, string>>;
}

const JSON_BODY = { "content-type": "application/json" };

function procedureRequest(method: string, path: string, input: object): Request {
  const text = JSON.stringify(input);
  if (method === "GET") return { url: `${path}?input=${encodeURIComponent(text)}` };
  return { url: path, body: text, header: JSON_BODY };
}

function routeRequest(path: string, input: object): Request {
  const parts = new Map<string, unknown>(Object.entries(input));
  const named = new Map(textsOf(parts.get("path")));
  const query = new URLSearchParams(textsOf(parts.get("query")));
  const body = parts.get("body");
  return {
    url: `${path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(named.get(name) ?? name))}?${query}`,
    body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
    header: {
      ...(typeof body === "object" ? JSON_BODY : {}),
      ...Object.fromEntries(textsOf(parts.get("header"))),
    },
  };
}

function textsOf(record: unknown): [string, string][] {
  return Object.entries(Object(record)).map(([name, value]) => [name, String(value)]);
}
