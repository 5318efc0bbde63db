/**
 * Unleash's server, as a program of its own beside ours and on the same PostgreSQL. It is AGPL: it is run, and nothing of it is
 * imported. Two of them, since it evaluates whatever there is: one has the toggle that is read alone, one the hundred.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import { freePort } from "../../launcher/free-port.mjs";
import { eventually } from "../../test/support/eventually.ts";
import type { Server } from "./bare.ts";
import { hear } from "./bare.ts";
import type { Target } from "./load.ts";
import type { RowName } from "./rows.ts";
import { ALONE, CONTEXTS, type ServedToggle, TOGGLES, type ToggleRule } from "./scenario.ts";

const FOLDER = join(import.meta.dirname, "..", "unleash-server");
const PROGRAM = join(FOLDER, "node_modules", "unleash-server", "dist", "server.js");
const SECRET = "0123456789abcdef0123456789abcdef0123456789abcdef01234567";
const ADMIN = `*:*.${SECRET}`;
const BACKEND = `default:development.${SECRET}`;
const FRONTEND = `default:development.f${SECRET}`;
const UNREACHED = "999999999";
const START_PATIENCE_MS = 120_000;

export interface Peer {
  readonly targets: Readonly<Record<RowName, Target>>;
  readonly stop: () => Promise<void>;
}

export async function startUnleash(databaseUrl: string): Promise<Peer> {
  const one = await start(databaseUrl, "unleash_one", [ALONE]);
  const hundred = await start(databaseUrl, "unleash_hundred", TOGGLES);

  const evaluated = CONTEXTS.map((context) => ({ path: `/api/frontend?${new URLSearchParams(context)}` }));
  const frontend = { headers: { authorization: FRONTEND }, asked: evaluated, status: 200 } as const;
  const headers = { authorization: BACKEND, "accept-encoding": "gzip, deflate" };
  const features = { headers, asked: [{ path: "/api/client/features" }], status: 200 } as const;
  const { headers: heard } = await hear(`${hundred.url}/api/client/features`, { headers });
  const etag = heard[heard.findIndex((name) => name.toLowerCase() === "etag") + 1] ?? "";
  const current = { ...features, headers: { ...headers, "if-none-match": etag }, status: 304 } as const;
  return {
    targets: {
      single: { ...one, ...frontend },
      bulk: { ...hundred, ...frontend },
      ruleset: { ...hundred, ...features },
      current: { ...hundred, ...current },
    },
    stop: async () => {
      await Promise.all([one.stop(), hundred.stop()]);
    },
  };
}

async function start(
  databaseUrl: string,
  database: string,
  toggles: readonly ServedToggle[],
): Promise<Server> {
  await createDatabase(databaseUrl, database);
  const port = await freePort();
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [PROGRAM], {
    cwd: FOLDER,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH,
      HOME,
      NODE_ENV: "production",
      DATABASE_URL: Object.assign(new URL(databaseUrl), { pathname: `/${database}` }).href,
      DATABASE_SSL: "false",
      HTTP_HOST: "127.0.0.1",
      HTTP_PORT: String(port),
      LOG_LEVEL: "error",
      CHECK_VERSION: "false",
      SEND_TELEMETRY: "false",
      // Counted, and not reached, as ours.
      SDK_API_RATE_LIMIT_PER_MINUTE: UNREACHED,
      TOKEN_AUTHENTICATION_RATE_LIMIT_PER_MINUTE: UNREACHED,
      INIT_ADMIN_API_TOKENS: ADMIN,
      INIT_BACKEND_API_TOKENS: BACKEND,
      INIT_FRONTEND_API_TOKENS: FRONTEND,
    },
  });
  const { pid, stdout, stderr } = child;
  if (pid === undefined) throw new Error("unleash-server did not start.");
  const lines: string[] = [];
  for (const input of [stdout, stderr]) createInterface({ input }).on("line", (line) => lines.push(line));
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));

  const url = `http://127.0.0.1:${port}`;
  await eventually(
    async () => {
      if (child.exitCode !== null) throw new Error(`unleash-server ended:\n${lines.join("\n")}`);
      const { status } = await fetch(`${url}/health`);
      if (status !== 200) throw new Error(`unleash-server says ${status}:\n${lines.join("\n")}`);
    },
    { timeoutMs: START_PATIENCE_MS },
  );
  for (const toggle of toggles) await createToggle(url, toggle);
  await eventually(() => demandServed(url, toggles.length), { timeoutMs: START_PATIENCE_MS });
  return {
    url,
    pid,
    stop: async () => {
      kill();
      await exited;
      process.off("exit", kill);
    },
  };
}

async function createDatabase(databaseUrl: string, name: string): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
}

async function createToggle(url: string, { key, rule }: ServedToggle): Promise<void> {
  const project = `${url}/api/admin/projects/default/features`;
  await post(project, { name: key, type: "release" });
  for (const strategy of strategiesOf(key, rule)) {
    await post(`${project}/${key}/environments/development/strategies`, strategy);
  }
  await post(`${project}/${key}/environments/development/on`, {});
}

/** Strategies are asked one after the other, as our rules are. */
function strategiesOf(key: string, rule: ToggleRule): readonly object[] {
  const strategy = (rollout: string, constraints: readonly object[] = []) => ({
    name: "flexibleRollout",
    parameters: { rollout, stickiness: "userId", groupId: key },
    constraints,
  });
  const constraint = (contextName: string, operator: string, given: object) => ({
    contextName,
    operator,
    ...given,
  });
  if (rule.kind === "plain") return [strategy("100")];
  if (rule.kind === "percentage") return [strategy(String(rule.percent))];
  return [
    strategy("100", [constraint("userId", "IN", { values: rule.ids })]),
    strategy("100", [
      constraint("region", "IN", { values: ["IN"] }),
      constraint("plan", "IN", { values: ["pro"] }),
    ]),
    strategy("100", [constraint("appVersion", "SEMVER_GT", { value: "1.34.0" })]),
  ];
}

async function post(url: string, body: object): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { authorization: ADMIN, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok)
    throw new Error(`unleash-server answers ${answer.status} to ${url}: ${await answer.text()}`);
}

async function demandServed(url: string, toggles: number): Promise<void> {
  const answer = await fetch(`${url}/api/client/features`, { headers: { authorization: BACKEND } });
  const { features } = (await answer.json()) as { features: readonly { strategies: readonly object[] }[] };
  const ready = features.filter(({ strategies }) => strategies.length > 0);
  if (ready.length !== toggles)
    throw new Error(`unleash-server serves ${ready.length} of ${toggles} toggles.`);
  const evaluated = await fetch(`${url}/api/frontend?userId=ada`, { headers: { authorization: FRONTEND } });
  const { toggles: on } = (await evaluated.json()) as { toggles: readonly object[] };
  if (on.length === 0) throw new Error(`unleash-server evaluates nothing: ${evaluated.status}.`);
}
