/** A whole Burgee as it runs for users: a database, a worker process, an api process, and a demo to talk to. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AppRouter } from "@burgee/api/router";
import { createTRPCClient, httpBatchLink } from "@trpc/client";
import { freePort } from "../../launcher/free-port.mjs";
import { bundleApi } from "../../launcher/toolchain.mjs";
import { eventually } from "./eventually.ts";
import { type Ending, type StartedProcess, startProcess } from "./started-process.ts";

export interface Keys {
  readonly personalKey: string;
  readonly sdkKey: string;
  /** How a person signs in, of the demo. */
  readonly email?: string;
  readonly password?: string;
}

export class Installation {
  readonly url: string;
  readonly keys: Keys;
  readonly trpc: ReturnType<typeof createTRPCClient<AppRouter>>;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #folder: string;
  #api: StartedProcess;
  #worker: StartedProcess | undefined;

  private constructor(
    url: string,
    keys: Keys,
    folder: string,
    environment: Readonly<Record<string, string>>,
    hasWorker: boolean,
  ) {
    this.url = url;
    this.keys = keys;
    this.#environment = environment;
    this.#folder = folder;
    this.#api = startApi(environment);
    this.#worker = hasWorker ? startWorker(environment) : undefined;
    this.trpc = createTRPCClient<AppRouter>({
      links: [
        httpBatchLink({ url: `${url}/trpc`, headers: { authorization: `Bearer ${keys.personalKey}` } }),
      ],
    });
  }

  /**
   * @param databaseUrl a database of this installation's own; migrated here, unless it is said to be
   * @param redisUrl where the bus and the queue are; left out, both are on Postgres
   * @param env what both processes are told besides
   * @param keys of a tenant in a database that is migrated; left out, those of the demo, which is made
   * @param worker whether one of its own works on it
   */
  static async start({
    databaseUrl,
    redisUrl,
    env = {},
    keys,
    worker = true,
  }: {
    readonly databaseUrl: string;
    readonly redisUrl: string | undefined;
    readonly env?: Readonly<Record<string, string>>;
    readonly keys?: Keys;
    readonly worker?: boolean;
  }): Promise<Installation> {
    await bundleApi();
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), "burgee-installation-"));
    const environment = {
      DATABASE_URL: databaseUrl,
      BURGEE_KEY_FILE: join(folder, "key"),
      BURGEE_EDGE_STORE: join(folder, "store"),
      BURGEE_PORT: String(port),
      ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
      ...env,
    };
    if (keys === undefined) await run("packages/db/dist/commands/migrate.js", environment);
    if (redisUrl === undefined) await run("apps/worker/dist/commands/migrate-queue.js", environment);
    const known = keys ?? (await seed(environment));

    const installation = new Installation(`http://127.0.0.1:${port}`, known, folder, environment, worker);
    await installation.ready();
    return installation;
  }

  /** Starts an SDK in a process of its own. */
  startSdk(toggleKey: string): StartedProcess {
    const { url, keys } = this;
    return startProcess("test/end-to-end/sdk-program.mjs", { BURGEE_URL: url, BURGEE_SDK_KEY: keys.sdkKey }, [
      toggleKey,
    ]);
  }

  /** Of the api's process. */
  get apiPid(): number {
    return this.#api.pid;
  }

  /** `kill -9`. */
  async killApi(): Promise<void> {
    await this.#api.kill("SIGKILL");
  }

  async startApiAgain(): Promise<void> {
    this.#api = startApi(this.#environment);
    await this.ready();
  }

  /** `kill -9`. */
  async killWorker(): Promise<void> {
    await this.#worker?.kill("SIGKILL");
  }

  startWorkerAgain(): void {
    this.#worker = startWorker(this.#environment);
  }

  /** What the processes that run now have written so far. */
  get logged(): readonly string[] {
    return [...this.#api.lines, ...(this.#worker?.lines ?? [])];
  }

  async ready(): Promise<void> {
    await eventually(
      async () => {
        const { status } = await fetch(`${this.url}/readyz`);
        if (status !== 200) throw new Error(`Not ready: ${status}\n${this.#api.lines.join("\n")}`);
      },
      { timeoutMs: 20_000 },
    );
  }

  /** Asks both processes to stop, the api first, and says how they ended. */
  async stop(): Promise<{ readonly api: Ending; readonly worker: Ending | undefined }> {
    const endings = { api: await this.#api.kill("SIGTERM"), worker: await this.#worker?.kill("SIGTERM") };
    rmSync(this.#folder, { recursive: true });
    return endings;
  }
}

function startApi(environment: Readonly<Record<string, string>>): StartedProcess {
  return startProcess("apps/api/dist/bundle/main.js", environment);
}

function startWorker(environment: Readonly<Record<string, string>>): StartedProcess {
  return startProcess("apps/worker/dist/main.js", environment);
}

async function seed(environment: Readonly<Record<string, string>>): Promise<Keys> {
  const folder = mkdtempSync(join(tmpdir(), "burgee-demo-"));
  const file = join(folder, "demo.json");
  try {
    await run("apps/api/dist/commands/seed-demo.js", { ...environment, BURGEE_DEMO_FILE: file });
    return JSON.parse(readFileSync(file, "utf8"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function run(script: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const started = startProcess(script, environment);
  const { code } = await started.exited;
  if (code !== 0) throw new Error(`${script} ended with ${code}:\n${started.lines.join("\n")}`);
}
