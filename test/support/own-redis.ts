import { connect } from "node:net";
import { type PrivateRedis, startRedis } from "../../launcher/private-redis.mjs";
import { findRedisProgram, type RedisProgram } from "../../launcher/redis-program.mjs";
import { privateFolder } from "./private-folder.ts";

/** A Redis of one test's own, which the test may end or stop as it likes. Only for machines that have one. */
export class OwnRedis {
  readonly url: string;
  readonly #program: RedisProgram;
  #server: PrivateRedis;
  #pid: number;

  private constructor(program: RedisProgram, server: PrivateRedis, pid: number) {
    this.#program = program;
    this.#server = server;
    this.#pid = pid;
    this.url = server.url;
  }

  static async start(): Promise<OwnRedis> {
    const program = findRedisProgram(privateFolder("cache"));
    if ("unavailable" in program) throw new Error(`No Redis: ${program.unavailable}.`);
    const server = await start(program);
    return new OwnRedis(program, server, await pidOf(server.url));
  }

  /** `SIGKILL` ends it, and all it held is lost; `SIGSTOP` leaves it there, taking connections and answering nothing. */
  fail(how: "SIGKILL" | "SIGSTOP"): void {
    process.kill(this.#pid, how);
  }

  /** Under its old address. */
  async recover(how: "SIGKILL" | "SIGSTOP"): Promise<void> {
    if (how === "SIGSTOP") {
      process.kill(this.#pid, "SIGCONT");
      return;
    }
    await this.#server.stop();
    this.#server = await start(this.#program, Number(new URL(this.url).port));
    this.#pid = await pidOf(this.url);
  }

  /** Sends one command, such as `["CONFIG", "SET", "maxmemory", "4mb"]`, and answers with what came back first. */
  command(words: readonly string[]): Promise<string> {
    return ask(this.url, words);
  }

  async remove(): Promise<void> {
    try {
      process.kill(this.#pid, "SIGCONT");
    } catch {
      // It has ended.
    }
    await this.#server.stop();
  }
}

async function start(program: RedisProgram, port?: number): Promise<PrivateRedis> {
  const server = await startRedis(program, port === undefined ? {} : { port });
  if ("unavailable" in server) throw new Error(`Redis did not start: ${server.unavailable}`);
  return server;
}

async function pidOf(url: string): Promise<number> {
  const pid = /process_id:(\d+)/.exec(await ask(url, ["INFO", "server"]))?.[1];
  if (pid === undefined) throw new Error("Redis does not say which process it is.");
  return Number(pid);
}

function ask(url: string, words: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`,
      );
    });
    socket.once("error", reject).once("close", () => reject(new Error("Redis closed the connection.")));
    socket.once("data", (data) => {
      resolve(data.toString());
      socket.destroy();
    });
  });
}
