/** An edge as it runs for users: a process of its own, with a store on disk that outlives it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type StartedProcess, startProcess } from "./started-process.ts";

export interface TestEdge {
  readonly process: StartedProcess;
  readonly baseUrl: string;
  evaluate(key: string): Promise<EdgeAnswer>;
  get(path: string, key?: string): Promise<EdgeAnswer>;
}

interface EdgeAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed, where it is JSON. */
  readonly body: unknown;
}

/** A load from one address is what it is. */
export const UNBOUNDED = {
  BURGEE_RATE_KEY: "0",
  BURGEE_RATE_CLIENT: "0",
  BURGEE_RATE_TENANT: "0",
  BURGEE_RATE_ADDRESS: "0",
};

/** As its sources are, and so a little slower to start. */
const FROM_SOURCES = {
  script: "apps/api/src/main.ts",
  env: { NODE_OPTIONS: "--conditions=burgee:source" },
};
/** As it was built last. */
export const BUILT = { script: "apps/api/dist/main.js", env: {} };

export async function startEdge(
  databaseUrl: string,
  folder: string,
  env: Readonly<Record<string, string>> = {},
  program: { readonly script: string; readonly env: Readonly<Record<string, string>> } = FROM_SOURCES,
): Promise<TestEdge> {
  const node = startProcess(program.script, {
    ...program.env,
    DATABASE_URL: databaseUrl,
    BURGEE_ROLE: "edge",
    BURGEE_PORT: "0",
    BURGEE_EDGE_STORE: storeIn(folder),
    // Where an edge opened it, it would be made.
    BURGEE_KEY_FILE: join(folder, "key"),
    ...UNBOUNDED,
    ...env,
  });
  const { port } = JSON.parse(await node.line(/Listening/, { timeoutMs: 40_000 }));
  const baseUrl = `http://127.0.0.1:${port}`;
  return {
    process: node,
    baseUrl,
    evaluate: (key) =>
      ask(`${baseUrl}/v1/evaluate`, {
        method: "POST",
        headers: { "x-api-key": key, "content-type": "application/json" },
        body: "{}",
      }),
    get: (path, key) => ask(`${baseUrl}${path}`, key === undefined ? {} : { headers: { "x-api-key": key } }),
  };
}

export function storeIn(folder: string): string {
  return join(folder, "store");
}

/** What is on disk of the one environment: whether its ruleset, and how many keys. */
export function keptIn(folder: string): { readonly ruleset: boolean; readonly keys: number } {
  const files = filesIn(storeIn(folder));
  const keys = files.find((file) => file.endsWith("keys"));
  const text = keys === undefined ? "" : readFileSync(keys, "utf8");
  return { ruleset: files.some((file) => file.endsWith("ruleset")), keys: text.split('"hash"').length - 1 };
}

export function filesIn(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

async function ask(url: string, request: RequestInit): Promise<EdgeAnswer> {
  const answer = await fetch(url, request);
  const text = await answer.text();
  const isJson = answer.headers.get("content-type")?.includes("json") === true;
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
}
