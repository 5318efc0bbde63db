/** A proxy cuts lines that are idle, a certificate is renewed, and names are not resolved for a while: no stream is lost without need. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "node:tls";
import { eventually } from "../../support/eventually.ts";
import { createCertificate } from "../../support/test-certificate.ts";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import { type EdgeInstallation, startInstallation } from "../streams/edge-installation.ts";
import { OddProxy } from "../streams/odd-proxy.ts";
import { Sdks } from "../streams/sdks.ts";
import { all, count, never } from "../verdicts.ts";

const IDLE_CUT_MS = 20_000;
const CUT = "streams that a proxy cut because they were idle";
const RENEWED = "new connections served with a renewed certificate";
const HEARTBEAT = ": heartbeat";

export const idleLines: FaultRow = {
  name: "idle-lines",
  faults: ["F34"],
  title:
    "a proxy cuts what is idle for 20 s, a certificate is renewed, and names are not resolved for a while",
  planted: {
    "no-heartbeat": { what: "a node's signs of life do not arrive", breaks: [CUT] },
    "certificate-not-put": {
      what: "the renewed certificate is put beside the old one's place",
      breaks: [RENEWED],
    },
  },
  run,
};

async function run(options: RunOptions): Promise<RowReport> {
  const { short, planted, log, closing, folder } = options;
  const [sdks, quietMs] = short ? [20, IDLE_CUT_MS + 4_000] : [500, 4 * IDLE_CUT_MS];
  const [before, after] = [createCertificate(["burgee.test"]), createCertificate(["burgee.test"])];
  const files = {
    cert: join(folder, "cert.pem"),
    key: join(folder, "key.pem"),
    both: join(folder, "both.pem"),
  };
  writeFileSync(files.cert, before.cert);
  writeFileSync(files.key, before.key);
  writeFileSync(files.both, before.cert + after.cert);

  for (const name of ["plain", "secure"]) mkdirSync(join(folder, name));
  const plain = await startInstallation({ closing, folder: join(folder, "plain") });
  const secure = await plain.another(join(folder, "secure"), {
    BURGEE_TLS_CERT: files.cert,
    BURGEE_TLS_KEY: files.key,
  });
  const passes = planted.has("no-heartbeat") ? (bytes: Buffer) => !bytes.includes(HEARTBEAT) : undefined;
  const proxy = closing.use(new OddProxy(plain.port, { idleMs: IDLE_CUT_MS, passes }));
  const proxied = closing.use(new Sdks());
  const named = closing.use(new Sdks());
  const encrypted = closing.use(new Sdks({ env: { NODE_EXTRA_CA_CERTS: files.both } }));
  const { serverKey } = plain.tenant;
  const few = { count: sdks, perSecond: 200 };
  await proxied.open(await proxy.listen(), serverKey, few);
  await named.open(`http://burgee.test:${plain.port}`, serverKey, few);
  await encrypted.open(`https://burgee.test:${secure.port}`, serverKey, few);
  log(`${count(3 * sdks)} SDKs stream; nothing changes for ${quietMs / 1_000} s`);

  const first = await certificateAt(secure.port);
  const place = planted.has("certificate-not-put") ? join(folder, "elsewhere.pem") : files.cert;
  writeFileSync(place, after.cert);
  if (place === files.cert) writeFileSync(files.key, after.key);
  named.setDns(true);
  await pause(quietMs);
  const second = await certificateAt(secure.port);
  const quiet = await Promise.all([proxied, named, encrypted].map((fleet) => fleet.state()));
  log(`${quiet.map(({ accepted }) => accepted).join(", ")} streams began in all`);
  const unneeded = quiet.reduce((total, { accepted }) => total + accepted - sdks, 0);

  await loseNamed(plain, named);
  const { revision } = await plain.change();
  await eventually(
    async () =>
      (await Promise.all([proxied, named, encrypted].map((fleet) => fleet.state()))).every(
        ({ lowest }) => lowest >= revision,
      ),
    { timeoutMs: 90_000, intervalMs: 200 },
  ).catch(() => undefined);
  const states = await Promise.all([proxied, named, encrypted].map((fleet) => fleet.state()));
  return {
    verdicts: [
      never(CUT, proxy.cut, { n: sdks, what: "streams" }),
      ...(planted.size > 0
        ? []
        : [never("reconnects without need", unneeded, { n: 3 * sdks, what: "streams" })]),
      all(RENEWED, first === second ? 0 : 1, { n: 1, what: "connections" }),
      all("fleets at the head at the end", states.filter(({ lowest }) => lowest >= revision).length, {
        n: 3,
        what: "fleets",
      }),
      never(
        "evaluations that failed",
        states.reduce((total, { failed }) => total + failed, 0),
        {
          n: states.reduce((total, { evaluated }) => total + evaluated, 0),
          what: "evaluations",
        },
      ),
    ],
  };
}

/** The node goes while its name can't be resolved; then the name can be again. */
async function loseNamed(burgee: EdgeInstallation, named: Sdks): Promise<void> {
  await burgee.kill();
  await burgee.startAgain();
  await eventually(async () => Object.keys((await named.state()).errors).includes("unreachable"), {
    timeoutMs: 30_000,
  });
  named.setDns(false);
}

function certificateAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.once("error", reject);
  });
}
