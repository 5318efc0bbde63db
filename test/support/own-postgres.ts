import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "@burgee/db";
import { type EmbeddedPostgres, removePostgres, startPostgres } from "../../launcher/embedded-postgres.mjs";
import { databaseUrl, runStatements, withRole } from "./postgres-admin.ts";

/** A PostgreSQL of one test's own, migrated, which the test may end or stop as it likes. */
export class OwnPostgres {
  readonly url: string;
  readonly appUrl: string;
  readonly systemUrl: string;
  readonly #dataDir: string;
  #server: EmbeddedPostgres;

  private constructor(dataDir: string, server: EmbeddedPostgres, url: string) {
    this.#dataDir = dataDir;
    this.#server = server;
    this.url = url;
    this.appUrl = withRole(url, "burgee_app");
    this.systemUrl = withRole(url, "burgee_system");
  }

  static async start(): Promise<OwnPostgres> {
    const dataDir = join(tmpdir(), `burgee-own-postgres-${process.pid}-${performance.now()}`);
    mkdirSync(dataDir);
    // One that is not durable loses at a kill what it had acknowledged.
    const server = await startPostgres({ dataDir });
    await runStatements(server.url, "create database own");
    const url = databaseUrl(server.url, "own");
    await migrate({ url });
    return new OwnPostgres(dataDir, server, url);
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
    this.#server = await startPostgres({ dataDir: this.#dataDir, port: this.#server.port });
  }

  async remove(): Promise<void> {
    this.#signal("SIGCONT");
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
