import { randomUUID } from "node:crypto";
import type { CountedQuota } from "@burgee/db";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, addMember, aToggle, inRole, install, newUser } from "../../test/installation.ts";
import { listAudit } from "../audit/list-audit.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { sdkKeyId } from "../ids.ts";
import { invite } from "../invitations/invite.ts";
import { joinAsSelf } from "../invitations/join.ts";
import { createProject } from "../projects/create-project.ts";
import { issueSdkKey } from "../sdk-keys/issue-sdk-key.ts";
import { revokeSdkKey } from "../sdk-keys/revoke-sdk-key.ts";
import { rotateSdkKey } from "../sdk-keys/rotate-sdk-key.ts";
import { createSegment, createSegmentInput } from "../segments/create-segment.ts";
import { UploadRoom } from "../segments/upload-room.ts";
import { uploadSegmentList } from "../segments/upload-segment-list.ts";
import { archiveToggle } from "../toggles/archive-toggle.ts";
import { getUsage, type LiveUsage } from "./get-usage.ts";
import { QUOTA_NAMES, QUOTAS } from "./quotas.ts";

const installation = await install();
const { system } = installation;
let owner: AtHome;

beforeEach(async () => {
  owner = await installation.newTenant();
});
afterAll(() => installation.close());

const byHand = { linkOf: (token: string) => token, send: undefined, onUnsent: () => undefined };
const live: LiveUsage = {
  streams: { used: async () => 3, limit: 10 },
  requests: { used: async () => 7, limit: null },
};
const unique = () => `k-${randomUUID()}`;
const allow = (quota: CountedQuota, most: number) => system.quotas.set(owner.person.tenantId, quota, most);
async function usedOf(quota: CountedQuota): Promise<number> {
  const usage = await getUsage(owner, live);
  return usage.find((each) => each.quota === quota)?.used ?? Number.NaN;
}

/** Each adds one of what is counted; a tenant has one project and one environment, and its owner, to begin with. */
const ADDING = {
  projects: () => createProject(owner, { key: unique(), name: "More" }),
  environments: () => createEnvironment(owner, { key: unique(), name: "More" }),
  toggles: () => aToggle(owner, unique()),
  segments: () =>
    createSegment(owner, parseInput(createSegmentInput, { key: unique(), condition: "country == 'NO'" })),
  sdk_keys: () => issueSdkKey(owner, { kind: "srv", name: "More" }),
  members: () => join(),
} as const satisfies Partial<Record<CountedQuota, () => Promise<unknown>>>;

async function join(): Promise<unknown> {
  const userId = await newUser(system);
  const user = await system.credentials.findUserById(userId);
  const { link } = await invite(owner, byHand, { email: user?.email ?? "", role: "viewer" });
  return joinAsSelf({ ...owner, onUnrecorded: () => undefined }, { token: link ?? "" }, { userId });
}

describe.each(Object.entries(ADDING))("the quota of %s", (name, add) => {
  const quota = name as keyof typeof ADDING;

  test("refuses one too many, says which, how many and of how many, and changes nothing", async () => {
    const used = await usedOf(quota);
    await allow(quota, used + 1);
    await add();
    const { items: before } = await listAudit(owner, { limit: 1 });

    await expect(add()).rejects.toMatchObject({
      code: "quota_exceeded",
      message: expect.stringContaining(`${used + 1} of at most ${used + 1} ${QUOTAS[quota].of}`),
      details: { quota, used: used + 1, limit: used + 1 },
    });
    expect(await usedOf(quota)).toBe(used + 1);
    expect((await listAudit(owner, { limit: 1 })).items).toEqual(before);
  });

  test("gives the last place to one of several who ask at the same moment", async () => {
    const used = await usedOf(quota);
    await allow(quota, used + 1);

    const asked = await Promise.allSettled(Array.from({ length: 4 }, () => add()));

    const refused = asked.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(3);
    for (const each of refused) expect(each).toMatchObject({ reason: { code: "quota_exceeded" } });
    expect(await usedOf(quota)).toBe(used + 1);
  });
});

test("what is archived or revoked gives its place back, and so does what was rolled back", async () => {
  const toggle = await aToggle(owner, "cart");
  await allow("toggles", 1);
  const { id } = await issueSdkKey(owner, { kind: "srv", name: "First" });
  await allow("sdk_keys", 1);
  await expect(aToggle(owner, "cart")).rejects.toMatchObject({ code: "quota_exceeded" });

  await archiveToggle(owner, { key: "cart", expectedVersion: toggle.settings[0]?.version ?? 1 });
  await revokeSdkKey(owner, { id: sdkKeyId.parse(id) });

  // The key is taken still, which is found after a place was.
  await expect(aToggle(owner, "cart")).rejects.toMatchObject({ code: "toggle_key_taken" });
  await expect(aToggle(owner, "basket")).resolves.toMatchObject({ key: "basket" });
  await expect(issueSdkKey(owner, { kind: "srv", name: "Next" })).resolves.toMatchObject({ name: "Next" });
});

test("rotating a key takes a place of its own while both are good, one after the other", async () => {
  const keys = [
    await issueSdkKey(owner, { kind: "srv", name: "One" }),
    await issueSdkKey(owner, { kind: "srv", name: "Two" }),
  ];
  await allow("sdk_keys", 3);

  const rotated = await Promise.allSettled(
    keys.map(({ id }) => rotateSdkKey(owner, { id: sdkKeyId.parse(id) })),
  );

  expect(rotated.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(await usedOf("sdk_keys")).toBe(3);
});

test("uploaded lists are counted in bytes, and one that is there already takes none", async () => {
  const upload = (text: string) => {
    const chunks = (async function* () {
      yield Buffer.from(text);
    })();
    const format = { type: "lines", hasHeader: false } as const;
    return uploadSegmentList(owner, {}, { format, size: undefined, chunks }, new UploadRoom());
  };
  await upload("ada\ngrace");
  await allow("segment_list_bytes", await usedOf("segment_list_bytes"));

  await expect(upload("bo")).rejects.toMatchObject({
    code: "quota_exceeded",
    details: { quota: "segment_list_bytes" },
  });
  await expect(upload("grace\nada")).resolves.toMatchObject({ count: 2 });
});

test("who has a quota lowered keeps what they have, and adds nothing", async () => {
  await aToggle(owner, "one");
  await aToggle(owner, "two");
  await allow("toggles", 1);

  await expect(aToggle(owner, "three")).rejects.toMatchObject({ details: { used: 2, limit: 1 } });
  expect(await usedOf("toggles")).toBe(2);
});

test("nobody is invited where there is no place, and one who comes too late may come again", async () => {
  const userId = await newUser(system);
  const user = await system.credentials.findUserById(userId);
  const { link } = await invite(owner, byHand, { email: user?.email ?? "", role: "viewer" });
  await allow("members", 1);
  const accept = () =>
    joinAsSelf({ ...owner, onUnrecorded: () => undefined }, { token: link ?? "" }, { userId });

  await expect(accept()).rejects.toMatchObject({ code: "quota_exceeded" });
  await expect(invite(owner, byHand, { email: "late@example.com", role: "viewer" })).rejects.toMatchObject({
    code: "quota_exceeded",
  });
  await system.quotas.unset(owner.person.tenantId, "members");

  await expect(accept()).resolves.toBe(owner.person.tenantId);
});

describe("usage", () => {
  test("tells of each quota, the tenant's own where it has one, and of nobody else's things", async () => {
    const other = await installation.newTenant();
    await aToggle(other, "theirs");
    await allow("toggles", 5);
    await aToggle(owner, "mine");
    await system.quotas.set(owner.person.tenantId, "requests", 70);

    const usage = await getUsage(owner, live);

    expect(usage.map(({ quota }) => quota)).toEqual(QUOTA_NAMES);
    expect(usage).toEqual(
      expect.arrayContaining([
        { quota: "projects", used: 1, limit: QUOTAS.projects.most, countedBy: "tenant" },
        { quota: "toggles", used: 1, limit: 5, countedBy: "tenant" },
        { quota: "streams", used: 3, limit: 10, countedBy: "process" },
        { quota: "requests", used: 7, limit: 70, countedBy: "process" },
      ]),
    );
  });

  test("is shown to every member", async () => {
    const viewer = await addMember(owner, "viewer");

    await expect(getUsage(inRole(viewer, "viewer"), live)).resolves.toHaveLength(QUOTA_NAMES.length);
  });
});
