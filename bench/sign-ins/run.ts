/**
 * `npm run bench:sign-ins`: what two hundred sign-ins at a time do to evaluations over HTTP. Beside the same evaluations while nothing
 * else is asked, and while other processes take as much of the machine as hashes may; in turns, in one run. At last with all that
 * sign-ins touch on one core, and what evaluates on another, as on machines of their own.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, get } from "node:http";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { removePostgres, startPostgres } from "../../launcher/embedded-postgres.mjs";
import { freePort } from "../../launcher/free-port.mjs";
import { eventually } from "../../test/support/eventually.ts";
import { type StartedProcess, startProcess } from "../../test/support/started-process.ts";
import { quantile } from "../measure.ts";
import { hasCores, keepOn } from "./cores.ts";

const ROUNDS = Number(process.env.BURGEE_STORM_ROUNDS ?? 3);
const ROUND_MS = Number(process.env.BURGEE_STORM_SECONDS ?? 15) * 1000;
const IN_FLIGHT = "200";
const TICK_MS = 10;
/** How often an evaluation is asked for, whether the one before was answered or not. */
const EVERY_MS = 10;
const EVALUATING_CORE = 0;
const OTHER_CORE = 1;

interface Demo {
  readonly email: string;
  readonly sdkKey: string;
}

interface Node {
  readonly url: string;
  readonly process: StartedProcess;
}

interface Measured {
  readonly ms: readonly number[];
  readonly failed: number;
  /** What the node took of a core, in per cent. */
  readonly core: number;
}

const folder = mkdtempSync(join(tmpdir(), "burgee-sign-ins-"));
const dataDir = join(import.meta.dirname, "..", "..", ".burgee", "bench", `postgres-${process.pid}`);
const postgres = await startPostgres({ dataDir, durable: true });
try {
  const demo = await prepare();
  console.log(
    `\nAn evaluation each ${EVERY_MS} ms, ${ROUNDS} rounds of ${ROUND_MS / 1000} s of each; ${IN_FLIGHT} sign-ins at a time`,
  );
  await compare("one node, role all", ["all"], demo);
  await compare("an edge beside the admin node that takes them", ["edge", "admin"], demo);
  if (hasCores()) await compare("the same, the edge on a core of its own", ["edge", "admin"], demo, apart);
  else console.log("\nskipped: the edge on a core of its own, which needs two cores and taskset");
} finally {
  await postgres.stop();
  await removePostgres(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}

/** @param place puts a process and those that it started on a core: that of the evaluations, or another */
async function compare(
  name: string,
  roles: readonly string[],
  { email, sdkKey }: Demo,
  place: (pid: number, isEvaluating: boolean) => void = () => undefined,
): Promise<void> {
  const nodes = await Promise.all(roles.map(startNode));
  const [evaluating, stormed] = [nodes.at(0), nodes.at(-1)];
  if (!evaluating || !stormed) throw new Error("There is no node.");
  try {
    // First this process, since all the others are its children.
    place(process.pid, true);
    for (const pid of [postgres.pid, stormed.process.pid]) place(pid, false);
    const aside = (child: ChildProcess) => {
      if (child.pid !== undefined) place(child.pid, false);
      return child;
    };
    const evaluate = () => measure(evaluating, sdkKey);
    await evaluate();
    const sides: Record<"quiet" | "machine" | "storm", Measured[]> = { quiet: [], machine: [], storm: [] };
    const statuses: string[] = [];
    let memory = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      sides.quiet.push(await evaluate());
      sides.machine.push(await beside(busyProcesses().map(aside), evaluate));
      const storm = aside(run("sender.ts", [stormed.url, IN_FLIGHT, email]));
      const told = once(storm.stdout ?? storm, "data");
      sides.storm.push(await beside([storm], evaluate));
      statuses.push(String((await told)[0]).trim());
      memory = Math.max(memory, residentMiB(stormed.process.pid));
    }
    console.log(`\n${name}`);
    const quiet = quantilesOf(sides.quiet);
    for (const [side, measured] of Object.entries(sides))
      console.log(row(side, quantilesOf(measured), quiet));
    console.log(`  answers by status, a round each: ${statuses.join("  ")}`);
    console.log(`  the stormed node's memory afterwards: ${memory} MiB`);
  } finally {
    await Promise.all(nodes.map((node) => node.process.kill()));
  }
}

function apart(pid: number, isEvaluating: boolean): void {
  keepOn(isEvaluating ? EVALUATING_CORE : OTHER_CORE, pid);
}

function quantilesOf(rounds: readonly Measured[]) {
  const ms = rounds.flatMap((round) => round.ms);
  const failed = rounds.reduce((sum, round) => sum + round.failed, 0);
  const core = quantile(
    rounds.map((round) => round.core),
    0.5,
  );
  return {
    p50: quantile(ms, 0.5),
    p99: quantile(ms, 0.99),
    longest: Math.max(...ms),
    n: ms.length,
    failed,
    core,
  };
}

function row(
  side: string,
  { p50, p99, longest, n, failed, core }: ReturnType<typeof quantilesOf>,
  quiet: { p50: number; p99: number },
) {
  const ratio = (value: number, bare: number) => `${value.toFixed(1)} ms (${(value / bare).toFixed(2)} x)`;
  return `  ${side.padEnd(8)} median ${ratio(p50, quiet.p50)}, p99 ${ratio(p99, quiet.p99)}, longest ${longest.toFixed(0)} ms; n ${n}, failed ${failed}; ${core.toFixed(0)} % of a core`;
}

/** By a fixed clock, so that a node which stalls is asked all the same. */
async function measure({ url, process: node }: Node, sdkKey: string): Promise<Measured> {
  const cpuMs = cpuMsOf(node.pid);
  const agent = new Agent({ keepAlive: true });
  const ms: number[] = [];
  let failed = 0;
  const asked: Promise<void>[] = [];
  const startedMs = performance.now();
  for (let dueMs = 0; dueMs < ROUND_MS; dueMs += EVERY_MS) {
    const waitMs = startedMs + dueMs - performance.now();
    if (waitMs > 0) await delay(waitMs);
    const sentMs = performance.now();
    asked.push(
      evaluateOnce(agent, `${url}/v1/toggles/search_ranking?userId=user-7`, sdkKey).then((isGood) => {
        ms.push(performance.now() - sentMs);
        if (!isGood) failed += 1;
      }),
    );
  }
  await Promise.all(asked);
  agent.destroy();
  const core = ((cpuMsOf(node.pid) - cpuMs) / (performance.now() - startedMs)) * 100;
  return { ms, failed, core };
}

function evaluateOnce(agent: Agent, url: string, sdkKey: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { agent, headers: { authorization: `Bearer ${sdkKey}` } }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode === 200));
    }).on("error", () => resolve(false));
  });
}

async function beside(processes: readonly ChildProcess[], work: () => Promise<Measured>): Promise<Measured> {
  try {
    await delay(1_000);
    return await work();
  } finally {
    const ended = processes.map((each) => once(each, "exit"));
    for (const each of processes) each.kill("SIGTERM");
    await Promise.all(ended);
  }
}

function busyProcesses(): readonly ChildProcess[] {
  return Array.from({ length: availableParallelism() }, () => run("busy.ts", []));
}

function run(program: string, args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, program), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  return child;
}

async function prepare(): Promise<Demo> {
  const environment = environmentOf("0", "all");
  const demoFile = join(folder, "demo.json");
  await finish("packages/db/dist/commands/migrate.js", environment);
  await finish("apps/worker/dist/commands/migrate-queue.js", environment);
  await finish("apps/api/dist/commands/seed-demo.js", { ...environment, BURGEE_DEMO_FILE: demoFile });
  const worker = startProcess("apps/worker/dist/main.js", environment);
  const { url, process: node } = await startNode("all");
  const { email, sdkKey } = JSON.parse(readFileSync(demoFile, "utf8"));
  const agent = new Agent();
  await eventually(
    async () => {
      const isGood = await evaluateOnce(agent, `${url}/v1/toggles/search_ranking?userId=user-7`, sdkKey);
      if (!isGood) throw new Error("Nothing is published yet.");
    },
    { timeoutMs: 30_000 },
  );
  await Promise.all([node.kill(), worker.kill()]);
  return { email, sdkKey };
}

async function finish(script: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const started = startProcess(script, environment);
  const { code } = await started.exited;
  if (code !== 0) throw new Error(`${script} ended with ${code}:\n${started.lines.join("\n")}`);
}

async function startNode(role: string): Promise<Node> {
  const port = await freePort();
  const node = startProcess("apps/api/dist/main.js", environmentOf(String(port), role));
  await node.line(/Listening/, { timeoutMs: 20_000 });
  return { url: `http://127.0.0.1:${port}`, process: node };
}

function environmentOf(port: string, role: string): Readonly<Record<string, string>> {
  return {
    DATABASE_URL: postgres.url,
    BURGEE_KEY_FILE: join(folder, "key"),
    BURGEE_EDGE_STORE: "off",
    BURGEE_PORT: port,
    BURGEE_ROLE: role,
    BURGEE_PROXY_HOPS: "1",
  };
}

function residentMiB(pid: number): number {
  const [, kib = "0"] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kib) / 1024);
}

/** Of the process itself, without those that it started. */
function cpuMsOf(pid: number): number {
  const [, fields = ""] = /\) (.*)$/.exec(readFileSync(`/proc/${pid}/stat`, "utf8").trim()) ?? [];
  const [user = 0, system = 0] = fields.split(" ").slice(11, 13).map(Number);
  return (user + system) * TICK_MS;
}
