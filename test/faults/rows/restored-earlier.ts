/** The database is restored to an earlier time, under revisions that readers have seen as other changes: everybody gets to what it holds now. */
import { createServerClient } from "@burgee/sdk";
import pg from "pg";
import { eventually } from "../../support/eventually.ts";
import { openLine } from "../../support/line-to-server.ts";
import { OwnPostgres } from "../../support/own-postgres.ts";
import { startProcess } from "../../support/started-process.ts";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import { openHouse } from "../open-house.ts";
import { openTrpc } from "../trpc-client.ts";
import { all, atMost, count, never } from "../verdicts.ts";

const KEYS = ["kept", "undone", "later"] as const;
const AT_HEAD = "SDKs that see what the restored database holds";
const WRONG = "values that are not those of the restored database, once all are there";
const WITHIN_MS = 30_000;

export const restoredEarlier: FaultRow = {
  name: "restored-earlier",
  faults: ["F14"],
  title: "the database is restored to an earlier time from a base backup and its log, and new epochs begin",
  planted: {
    "same-epoch": { what: "nobody begins a new epoch after the restore", breaks: [AT_HEAD, WRONG] },
  },
  run,
};

async function run({ short, planted, log, history, closing }: RunOptions): Promise<RowReport> {
  const { clients, before, after } = short
    ? { clients: 5, before: 4, after: 9 }
    : { clients: 200, before: 50, after: 201 };
  const line = await openLine();
  closing.defer(() => line.close());
  const house = { tenants: 1, toggles: KEYS, databaseThrough: line.through };
  const { postgres, burgee, tenant } = await openHouse(closing, house);
  const trpc = openTrpc(burgee.url, tenant.personalKey);
  const flip = async (toggle: string, times: number) => {
    let last = 0;
    for (let time = 0; time < times; time++) {
      const { settings } = await trpc.toggles.get.query({ key: toggle });
      const setting = settings.find(({ environment }) => environment === "production");
      const { version: expectedVersion = 0, enabled = false } = setting ?? {};
      ({ revision: last } = await trpc.settings.setEnabled.mutate({
        toggle,
        enabled: !enabled,
        expectedVersion,
      }));
      history.record({ type: "changed", toggle, enabled: !enabled, revision: last });
    }
    return last;
  };
  const sdks = Array.from({ length: clients }, () => {
    const options = { baseUrl: burgee.url, sdkKey: tenant.serverKey, logger: false, usage: false } as const;
    const sdk = createServerClient(options);
    closing.defer(() => sdk.close());
    return sdk;
  });
  const allSee = (values: Readonly<Record<string, boolean>>) =>
    sdks.filter((sdk) => KEYS.every((key) => sdk.value(key, values[key] !== true) === values[key])).length;

  const copy = await postgres.copy("recovery", [
    `restore_command = 'cp ${postgres.walFolder}/%f %p'`,
    "recovery_target_name = 'before'",
    "recovery_target_action = 'promote'",
  ]);
  await flip("kept", before + 1);
  await runOn(postgres.adminUrl, "select pg_create_restore_point('before')");
  const seen = await flip("undone", after);
  await eventually(() => allSee({ kept: false, undone: false, later: true }) === clients, {
    timeoutMs: WITHIN_MS,
  });
  log(`${clients} SDKs at revision ${seen}; the database goes back by ${after} changes`);

  await burgee.killWorker();
  postgres.fail("SIGKILL");
  const restored = await OwnPostgres.open(copy);
  closing.defer(() => restored.remove());
  await eventually(
    async () => !(await runOn(restored.adminUrl, "select pg_is_in_recovery() as standby"))[0]?.standby,
    { timeoutMs: WITHIN_MS },
  );
  line.switchTo(restored.url);
  const restoredMs = performance.now();
  if (!planted.has("same-epoch")) await beginNewEpochs(restored.url);
  burgee.startWorkerAgain();
  await eventually(() => flip("later", 1), { timeoutMs: WITHIN_MS, intervalMs: 100 });
  const now = { kept: false, undone: true, later: false };
  await eventually(() => allSee(now) === clients, { timeoutMs: short ? 10_000 : WITHIN_MS }).catch(
    () => undefined,
  );
  const backMs = performance.now() - restoredMs;
  const wrong = sdks.flatMap((sdk) => KEYS.filter((key) => sdk.value(key, !now[key]) !== now[key]));
  for (const sdk of sdks) history.record({ type: "ended", version: sdk.version });

  return {
    verdicts: [
      all(AT_HEAD, allSee(now), { n: clients, what: "SDKs" }),
      never(WRONG, wrong.length, { n: clients * KEYS.length, what: "values" }),
      atMost("from the restore until all see it", backMs, WITHIN_MS, "ms"),
    ],
    figures: [{ name: "went back by", value: `${count(after)} revisions` }],
  };
}

async function beginNewEpochs(databaseUrl: string): Promise<void> {
  const command = startProcess("apps/api/dist/commands/new-epochs.js", { DATABASE_URL: databaseUrl }, [
    "all",
  ]);
  const { code } = await command.exited;
  if (code !== 0) throw new Error(`new-epochs ended with ${code}:\n${command.lines.join("\n")}`);
}

async function runOn(url: string, statement: string): Promise<readonly { readonly standby?: boolean }[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}
