import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "@burgee/db";
import { type EmbeddedPostgres, removePostgres, startPostgres } from "../../launcher/embedded-postgres.mjs";
import { copyCluster, walFolder } from "./copied-cluster.ts";
import { databaseUrl, runStatements, withRole } from "./postgres-admin.ts";

/** A PostgreSQL of one test's own, migrated, which the test may end or stop as it likes. */
export class OwnPostgres {
  readonly url: string;
  readonly appUrl: string;
  readonly systemUrl: string;
  readonly #dataDir: string;
  readonly #durable: boolean;
  #server: EmbeddedPostgres;

  private constructor(dataDir: string, durable: boolean, server: EmbeddedPostgres, url: string) {
    this.#dataDir = dataDir;
    this.#durable = durable;
    this.#server = server;
    this.url = url;
    this.appUrl = withRole(url, "burgee_app");
    this.systemUrl = withRole(url, "burgee_system");
  }

  /**
   * @param durable one that is not loses at a kill what it had acknowledged
   * @param folder where its data lies; the user nobody must be able to get there
   */
  static async start({
    durable = true,
    folder = tmpdir(),
  }: {
    readonly durable?: boolean;
    readonly folder?: string;
  } = {}): Promise<OwnPostgres> {
    const dataDir = join(folder, `burgee-own-postgres-${process.pid}-${performance.now()}`);
    mkdirSync(dataDir);
    const server = await startPostgres({ dataDir, durable });
    await runStatements(server.url, "create database own");
    const url = databaseUrl(server.url, "own");
    await migrate({ url });
    return new OwnPostgres(dataDir, durable, server, url);
  }

  /** Copies it as it is now, while it runs, for `open`. Answers the copy's folder. */
  async copy(as: "standby" | "recovery", settings: readonly string[]): Promise<string> {
    const into = join(tmpdir(), `burgee-own-postgres-${process.pid}-${performance.now()}`);
    const from = { dataDir: this.#dataDir, url: this.#server.url };
    await copyCluster({ from, into, as, settings });
    return into;
  }

  /** A server over a cluster that is there. */
  static async open(dataDir: string, durable = true): Promise<OwnPostgres> {
    const server = await startPostgres({ dataDir, durable });
    return new OwnPostgres(dataDir, durable, server, databaseUrl(server.url, "own"));
  }

  /** The superuser's address, for a server that follows this one. */
  get adminUrl(): string {
    return this.#server.url;
  }

  /** Where its log of changes lies. */
  get walFolder(): string {
    return walFolder(this.#dataDir);
  }

  /** `SIGKILL` ends it; `SIGSTOP` leaves it there, taking connections and answering nothing. */
  fail(how: "SIGKILL" | "SIGSTOP"): void {
    this.#signal(how);
  }

  /** Under its old address, with all that was committed. */
  async recover(how: "SIGKILL" | "SIGSTOP"): Promise<void> {
    if (how === "SIGSTOP") {
      this.#signal("SIGCONT");
      return;
    }
    await this.#server.exited;
    const { port } = this.#server;
    this.#server = await startPostgres({ dataDir: this.#dataDir, durable: this.#durable, port });
  }

  /** Nobody reads its data any more: it is not asked to write out what it holds. */
  async remove(): Promise<void> {
    this.#signal("SIGKILL");
    await this.#server.stop();
    await removePostgres(this.#dataDir);
  }

  /** The postmaster first, so that it starts nothing meanwhile. */
  #signal(signal: NodeJS.Signals): void {
    for (const pid of [this.#server.pid, ...childrenOf(this.#server.pid)]) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended by itself.
      }
    }
  }
}

function childrenOf(parent: number): readonly number[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  return stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []));
}
