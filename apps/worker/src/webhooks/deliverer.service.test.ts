import { createCertificate, createDatabase, eventually, freePort, startProcess } from "@burgee/test-support";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { openNameServer } from "../../test/name-server.ts";
import { type Answer, openReceiver, type Receiver } from "../../test/receiver.ts";
import { type HouseTenant, openWebhookHouse } from "../../test/webhook-house.ts";

const database = await createDatabase();
const house = await openWebhookHouse(database);
const { admin } = house;
const receivers: Receiver[] = [];
let tenant: HouseTenant;

beforeEach(async () => {
  tenant = await house.addTenant();
});
afterEach(async () => {
  // What one test left waiting is nothing to the next.
  await admin.query("update burgee.webhooks set state = 'paused' where state = 'active'");
  for (const receiver of receivers.splice(0)) await receiver.close();
});
afterAll(async () => {
  await house.close();
  await database.drop();
});

const taken: Answer = (response) => response.writeHead(204).end();

describe("an endpoint that answers 204", () => {
  test("is sent each notice once, signed so that the package for receivers takes it", async () => {
    const receiver = await open(taken);
    const webhook = await tenant.addWebhook(`${receiver.origin}/hook`);
    await tenant.announce(3);

    await house.startDeliverer({ allow: [receiver.origin] }).deliverAll();

    expect(receiver.received).toHaveLength(3);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(3);
    for (const { body, headers } of receiver.received) {
      expect(new Webhook(webhook.secret).verify(body, headers)).toMatchObject({ type: "export.ready" });
    }
    expect(await tenant.deliveries(webhook)).toMatchObject([1, 2, 3].map(() => ({ state: "delivered" })));
  });
});

const gone: Answer = (response) => response.writeHead(410).end("Gone.");
const failing: Answer = (response) => response.writeHead(500).end("No luck.");
const hanging: Answer = () => undefined;
const halfAnswering: Answer = (response) => void response.writeHead(200).write("{");
const huge: Answer = (response) => response.writeHead(200).end("x".repeat(10 * 1024 * 1024));
const nosy: Answer = (response) => response.writeHead(307, { location: `${elsewhere.origin}/secret` }).end();
const switching: Answer = (_, __, { socket }) =>
  void socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
const hangingUp: Answer = (_, __, { socket }) => void socket.destroy();

const elsewhere = await openReceiver(taken);
afterAll(() => elsewhere.close());

describe("an endpoint that", () => {
  test.each<[what: string, answer: Answer, expected: object, received: number]>([
    [
      "answers 500 is tried eight times, and given up",
      failing,
      { state: "given_up", status: 500, answer: "No luck." },
      8,
    ],
    ["hangs is tried eight times, and given up", hanging, { state: "given_up", error: /^timed_out: / }, 8],
    [
      "never ends its answer is tried eight times, and given up",
      halfAnswering,
      { state: "given_up", error: /^timed_out: / },
      8,
    ],
    [
      "hangs up is tried eight times, and given up",
      hangingUp,
      { state: "given_up", error: /^unreachable: / },
      8,
    ],
    [
      "switches protocols is tried eight times, and given up",
      switching,
      { state: "given_up", error: /^unreachable: / },
      8,
    ],
    [
      "redirects to this machine is not followed",
      nosy,
      { state: "given_up", error: /^redirected: .*307/ },
      8,
    ],
    [
      "answers 200 and 10 MB has taken it: what is too much is not read",
      huge,
      { state: "delivered", status: 200 },
      1,
    ],
    ["answers 410 is sent nothing more", gone, { state: "given_up", status: 410 }, 1],
  ])("%s", async (_, answer, { state, error, ...last }: { state?: string; error?: RegExp }, received) => {
    const receiver = await open(answer);
    const webhook = await tenant.addWebhook(receiver.origin);
    await tenant.announce(1);
    const timeoutMs = error?.source.startsWith("^timed_out") ? 100 : 10_000;
    const deliverer = house.startDeliverer({ allow: [receiver.origin], timeoutMs });

    await eventually(async () => {
      await deliverer.deliverAll();
      expect(await tenant.deliveries(webhook)).toMatchObject([{ state }]);
    });

    const [delivery] = await tenant.deliveries(webhook);
    expect(delivery?.tries[0]).toMatchObject({ ...last, error: error ? expect.stringMatching(error) : null });
    expect(delivery?.tries[0]?.answer.length).toBeLessThanOrEqual(2048);
    expect(receiver.received).toHaveLength(received);
    expect(new Set(receiver.received.map(({ id }) => id))).toEqual(new Set([delivery?.id]));
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    expect(elsewhere.connections()).toBe(0);
    expect(deliverer.errors).toEqual([]);
  });

  test("asks for a minute with Retry-After is given it", async () => {
    const receiver = await open((response) => response.writeHead(503, { "retry-after": "60" }).end());
    const webhook = await tenant.addWebhook(receiver.origin);
    await tenant.announce(1);

    await house.startDeliverer({ allow: [receiver.origin] }).deliverAll();

    const [delivery] = await tenant.deliveries(webhook);
    const askedMs = Date.parse(delivery?.nextAt ?? "") - Date.parse(delivery?.tries[0]?.at ?? "");
    expect(askedMs / 1000).toBeCloseTo(60, 0);
    expect(receiver.received).toHaveLength(1);
  });

  test("is not there is tried again", async () => {
    const webhook = await tenant.addWebhook(`http://127.0.0.1:${await freePort()}`);
    await tenant.announce(1);

    await house.startDeliverer({ allow: [new URL(webhook.url).origin] }).deliverAll();

    expect((await tenant.deliveries(webhook))[0]?.tries.at(-1)).toMatchObject({
      error: expect.stringMatching(/^unreachable: /),
    });
  });

  test("shows a certificate that nobody vouches for is told nothing", async () => {
    const receiver = await open(taken, true);
    const webhook = await tenant.addWebhook(receiver.origin);
    await tenant.announce(1);

    await house.startDeliverer({ allow: [receiver.origin] }).deliverAll();

    expect((await tenant.deliveries(webhook))[0]?.tries.at(-1)).toMatchObject({
      error: expect.stringMatching(/^unreachable: /),
    });
    expect(receiver.received).toEqual([]);
  });

  test.each(["https://localhost:8443", "https://127.0.0.1"])(
    "is this machine's own, %s, is told nothing, unless its operator allows it",
    async (url) => {
      const webhook = await tenant.addWebhook(url);
      await tenant.announce(1);

      await house.startDeliverer().deliverAll();

      expect((await tenant.deliveries(webhook))[0]?.tries.at(-1)).toMatchObject({
        error: expect.stringMatching(/^refused: /),
      });
    },
  );

  test("rebinds its name is reached at an address that was looked at, or not at all", async () => {
    // A public address each other time: TEST-NET's neighbour, which answers nobody.
    const names = await openNameServer((asked) => (asked % 2 === 1 ? "198.51.101.1" : "127.0.0.1"));
    const webhook = await tenant.addWebhook("https://rebinding.example");
    await tenant.announce(1);
    const deliverer = house.startDeliverer({ connectTimeoutMs: 200, lookup: names.lookup });

    await eventually(async () => {
      await deliverer.deliverAll();
      expect(await tenant.deliveries(webhook)).toMatchObject([{ state: "given_up" }]);
    });

    const [delivery] = await tenant.deliveries(webhook);
    names.close();
    expect(names.asked).toEqual(Array.from({ length: 8 }, () => "rebinding.example"));
    expect(delivery?.tries.map(({ error }) => error?.split(":")[0] === "refused")).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
  });
});

test("a worker that is killed between sending and noting leaves it to be sent again, under the same id", async () => {
  const receiver = await open((response, _, request) => {
    if (receiver.received.length > 1) taken(response, _, request);
  });
  const webhook = await tenant.addWebhook(receiver.origin);
  await tenant.announce(1);
  const killed = startWorker(receiver.origin);
  await eventually(() => expect(receiver.received).toHaveLength(1), { timeoutMs: 30_000 });
  await killed.kill("SIGKILL");
  // The claim of who died runs out; nobody waits for it here.
  await admin.query("update burgee.webhook_deliveries set claimed_until = now() where tenant_id = $1", [
    tenant.caller.person.tenantId,
  ]);

  const next = startWorker(receiver.origin);

  await eventually(
    async () => expect(await tenant.deliveries(webhook)).toMatchObject([{ state: "delivered", attempts: 2 }]),
    { timeoutMs: 30_000 },
  );
  await next.kill("SIGKILL");
  const ids = receiver.received.map(({ id }) => id);
  expect(ids).toEqual([ids[0], ids[0]]);
}, 90_000);

test("a tenant whose endpoint hangs keeps no other tenant waiting", async () => {
  const slow = await open(hanging);
  const quick = await open(taken);
  const other = await house.addTenant();
  await tenant.addWebhook(slow.origin);
  await tenant.announce(20);
  const deliverer = house.startDeliverer({ allow: [slow.origin, quick.origin], timeoutMs: 60_000 });
  await deliverer.begin();
  await eventually(() => expect(slow.received).toHaveLength(4));

  const webhook = await other.addWebhook(quick.origin);
  await other.announce(5);
  await deliverer.begin();

  await eventually(async () =>
    expect(await other.deliveries(webhook)).toMatchObject(
      [1, 2, 3, 4, 5].map(() => ({ state: "delivered" })),
    ),
  );
  expect(slow.received).toHaveLength(4);
});

async function open(answer: Answer, isSecure = false): Promise<Receiver> {
  const receiver = await openReceiver(answer, isSecure ? createCertificate() : undefined);
  receivers.push(receiver);
  return receiver;
}

function startWorker(allowed: string) {
  return startProcess("apps/worker/src/main.ts", {
    NODE_OPTIONS: "--conditions=burgee:source",
    DATABASE_URL: database.url,
    BURGEE_KEY_FILE: house.keyFile,
    BURGEE_EGRESS_ALLOW: allowed,
    BURGEE_LOG_LEVEL: "warn",
  });
}
