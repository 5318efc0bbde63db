/** The bare server: started with what ours was heard to answer. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProcess } from "../../test/support/started-process.ts";
import type { BareAnswers } from "./bare-program.ts";

export interface Heard {
  readonly status: number;
  /** Names and values in turns, those left out that node:http adds by itself. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

export interface Server {
  readonly url: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

const BY_NODE = new Set(["date", "connection", "keep-alive"]);

/** An answer as it came, unpacked by nobody. */
export function hear(
  url: string,
  {
    method = "GET",
    headers,
    body,
  }: { readonly method?: string; readonly headers: Readonly<Record<string, string>>; readonly body?: string },
): Promise<Heard> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers: { ...headers, connection: "close" }, agent: false }, async (response) => {
      const { rawHeaders, statusCode: status = 0 } = response;
      const kept = rawHeaders.filter(
        (_, at) => !BY_NODE.has((rawHeaders[at - (at % 2)] ?? "").toLowerCase()),
      );
      resolve({ status, headers: kept, body: Buffer.concat(await response.toArray()) });
    })
      .on("error", reject)
      .end(body);
  });
}

export async function startBare(answers: BareAnswers): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "burgee-bare-"));
  const file = join(folder, "answers.json");
  writeFileSync(file, JSON.stringify(answers));
  const program = startProcess("bench/server/bare-program.ts", {}, [file]);
  const line = await program.line(/^listening on \d+$/, { timeoutMs: 10_000 });
  return {
    url: `http://127.0.0.1:${line.split(" ").at(-1)}`,
    pid: program.pid,
    stop: async () => {
      await program.kill();
      rmSync(folder, { recursive: true });
    },
  };
}
