import { createHash } from "node:crypto";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, addMember, inRole, install, newUser } from "../../test/installation.ts";
import { setMemberRole } from "../members/set-member-role.ts";
import { createRole } from "../roles/create-role.ts";
import { type InvitationMail, invite, listInvitations, revokeInvitation } from "./invite.ts";
import { joinAsSelf, joinByPassword, openInvitation } from "./join.ts";

const PASSWORD = "correct horse battery";
const installation = await install();
const { db, system, admin } = installation;
const ports = { db, system, requestId: "req-1", onUnrecorded: () => undefined };
let people = 0;
let owner: AtHome;
let email: string;

beforeEach(async () => {
  owner = await installation.newTenant();
  email = `person-${++people}@example.com`;
});
afterAll(() => installation.close());

describe("an invitation", () => {
  test("lets in a new person, who has its role, once", async () => {
    const token = await tokenOf({ role: "editor" });

    expect(await openInvitation(ports, { token })).toMatchObject({ tenant: "Acme", email, role: "editor" });
    const joined = await join(token);

    expect(joined).toMatchObject({ status: "signed_in", signedIn: { tenantId: owner.person.tenantId } });
    expect(await membershipsOf(email)).toEqual([
      expect.objectContaining({ tenantId: owner.person.tenantId, role: "editor" }),
    ]);
    await expect(join(token)).rejects.toMatchObject({ code: "invitation_not_found" });
    await expect(openInvitation(ports, { token })).rejects.toMatchObject({ code: "invitation_not_found" });
  });

  test("lets in one of many who come with it at once", async () => {
    const token = await tokenOf();

    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => join(token)));

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await membershipsOf(email)).toHaveLength(1);
  });

  test("lets in who has an account by that account's password, and by no other", async () => {
    const other = await installation.newTenant();
    await join(await tokenOf({ inviter: other }));
    const token = await tokenOf();

    await expect(join(token, { password: "another password" })).rejects.toMatchObject({
      code: "unauthenticated",
    });
    expect(await membershipsOf(email)).toHaveLength(1);
    await join(token);
    expect(await membershipsOf(email)).toHaveLength(2);
  });

  test("gives no more guesses at an account's password than a sign-in, and the trail tells of them", async () => {
    const other = await installation.newTenant();
    await join(await tokenOf({ inviter: other }));
    const token = await tokenOf();
    const codes = [];
    for (let round = 0; round < 11; round += 1) {
      codes.push(await join(token, { password: "another password" }).catch(({ code }) => code));
    }

    expect(codes).toEqual([...Array(10).fill("unauthenticated"), "too_many_guesses"]);
    const told = () =>
      db.read(other.person.tenantId, ({ audit }) => audit.list({ before: undefined, limit: 1 }));
    await expect.poll(told).toMatchObject([{ action: "sign_in.failed", actor: "anonymous" }]);
  });

  test("lets in who is signed in by the invited address, and nobody else", async () => {
    const userId = await newUser(system);
    const user = await system.credentials.findUserById(userId);
    const theirs = await tokenOf();
    email = user?.email ?? "";
    const token = await tokenOf();

    await expect(joinAsSelf(ports, { token: theirs }, { userId })).rejects.toMatchObject({
      code: "forbidden",
    });
    expect(await joinAsSelf(ports, { token }, { userId })).toBe(owner.person.tenantId);
    await expect(invite(owner, byHand(), { email, role: "viewer" })).rejects.toMatchObject({
      code: "already_member",
    });
  });

  test("lets in no account of the invited address that another tenant's provider made", async () => {
    const { tenantId: managedBy } = (await installation.newTenant()).person;
    const account = { email, name: "Mallory", passwordHash: "", managedBy };
    const userId = await system.credentials.createUser(account);
    if (!userId) throw new Error("The account was not made.");
    const token = await tokenOf();

    await expect(joinAsSelf(ports, { token }, { userId })).rejects.toMatchObject({ code: "forbidden" });
    await join(token);
    expect(await membershipsOf(email)).toHaveLength(1);
  });

  test.each([
    ["revoked", async () => revokeInvitation(owner, { id: await idOf() })],
    ["replaced by a newer one", () => tokenOf()],
    ["seven days old", () => admin.query("update burgee.invitations set expires_at = now()")],
  ])("opens nothing once it was %s", async (_, end) => {
    const token = await tokenOf();

    await end();

    await expect(openInvitation(ports, { token })).rejects.toMatchObject({ code: "invitation_not_found" });
    await expect(join(token)).rejects.toMatchObject({ code: "invitation_not_found" });
    expect(await system.credentials.findUser(email)).toBeUndefined();
  });

  test("lasts seven days", async () => {
    const { expiresAt, createdAt } = await invite(owner, byHand(), { email, role: "viewer" });

    expect((Date.parse(expiresAt) - Date.parse(createdAt)) / 86_400_000).toBeCloseTo(7, 3);
  });

  test("is kept as a hash, and stands in the audit trail without anybody's address", async () => {
    const token = await tokenOf({ role: "editor" });
    const { rows } = await admin.query("select token_hash from burgee.invitations where email = $1", [email]);
    await join(token);

    const entries = await db.read(owner.person.tenantId, ({ audit }) =>
      audit.list({ before: undefined, limit: 9 }),
    );
    expect(rows).toEqual([{ token_hash: createHash("sha256").update(token).digest() }]);
    expect(entries.map(({ action }) => action).slice(0, 3)).toEqual([
      "sign_in.succeeded",
      "invitation.accepted",
      "invitation.created",
    ]);
    expect(JSON.stringify(entries)).not.toContain(email);
  });
});

describe("whom one may invite", () => {
  test.each([
    ["viewer", "viewer"],
    ["editor", "viewer"],
    ["admin", "owner"],
  ])("a %s invites no %s", async (role, invited) => {
    const member = await addMember(owner, role);

    await expect(invite(member, byHand(), { email, role: invited })).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  test("a key that is for less than its owner invites nobody above itself", async () => {
    await expect(invite(inRole(owner, "admin"), byHand(), { email, role: "owner" })).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  test("there must be such a role", async () => {
    await expect(invite(owner, byHand(), { email, role: "pilot" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    await createRole(owner, { key: "pilot", name: "Pilot", permissions: ["toggle.read"] });
    await join(await tokenOf({ role: "pilot" }));
    expect(await membershipsOf(email)).toEqual([expect.objectContaining({ role: "pilot" })]);
  });

  test("an invitation of who lost their rights meanwhile lets nobody in", async () => {
    const inviter = await addMember(owner, "admin");
    const token = await tokenOf({ inviter });
    await setMemberRole(owner, { userId: inviter.person.userId, role: "viewer" });

    await expect(join(token)).rejects.toMatchObject({ code: "invitation_not_found" });
    expect(await system.credentials.findUser(email)).toBeUndefined();
  });

  test("another tenant's invitations are neither seen nor revoked", async () => {
    await tokenOf();
    const other = await installation.newTenant();

    expect(await listInvitations(other)).toEqual([]);
    await expect(revokeInvitation(other, { id: await idOf() })).rejects.toMatchObject({
      code: "invitation_not_found",
    });
    expect(await listInvitations(owner)).toEqual([expect.objectContaining({ email })]);
  });

  test("a tenant invites fifty an hour, and another one meanwhile", async () => {
    const codes = [];
    for (let round = 0; round < 51; round += 1) {
      const invited = invite(owner, byHand(), { email: `${round}-${email}`, role: "viewer" });
      codes.push(await invited.then(() => "invited").catch(({ code }) => code));
    }

    expect(codes).toEqual([...Array(50).fill("invited"), "too_many_guesses"]);
    await expect(tokenOf({ inviter: await installation.newTenant() })).resolves.toHaveLength(43);
  });

  test("the inviter is told the same of an address that has an account and of one that has none", async () => {
    const user = await system.credentials.findUserById(await newUser(system));
    const known = await invite(owner, byHand(), { email: user?.email ?? "", role: "viewer" });
    const unknown = await invite(owner, byHand(), { email, role: "viewer" });

    expect(shapeOf(known)).toEqual(shapeOf(unknown));
  });
});

describe("the link", () => {
  test("is shown where no mail goes out", async () => {
    expect(await invite(owner, byHand(), { email, role: "viewer" })).toMatchObject({
      mail: "off",
      link: expect.stringMatching(/^link:[\w-]{43}$/),
    });
  });

  test("goes by mail alone where that works", async () => {
    const sent: InvitationMail[] = [];
    const send = async (mail: InvitationMail) => void sent.push(mail);

    const invited = await invite(owner, { ...byHand(), send }, { email, role: "viewer" });

    expect(invited).toMatchObject({ mail: "sent", link: null });
    expect(sent).toEqual([
      expect.objectContaining({ to: email, text: expect.stringMatching(/link:[\w-]{43}\n/) }),
    ]);
  });

  test("is shown where mail fails, which is told", async () => {
    const failures: unknown[] = [];
    const failing = {
      linkOf: byHand().linkOf,
      send: async () => {
        throw new Error("Nobody there.");
      },
      onUnsent: (error: unknown) => void failures.push(error),
    };

    expect(await invite(owner, failing, { email, role: "viewer" })).toMatchObject({
      mail: "failed",
      link: expect.stringContaining("link:"),
    });
    expect(failures).toHaveLength(1);
  });
});

function byHand() {
  return { linkOf: (token: string) => `link:${token}`, send: undefined, onUnsent: () => undefined };
}

async function tokenOf({ inviter = owner, role = "viewer" } = {}): Promise<string> {
  const { link } = await invite(inviter, byHand(), { email, role });
  return link?.slice("link:".length) ?? "";
}

async function idOf() {
  const [open] = await db.read(owner.person.tenantId, ({ invitations }) => invitations.list(1));
  if (!open) throw new Error("There is no invitation.");
  return open.invitationId;
}

function join(token: string, { password = PASSWORD } = {}) {
  return joinByPassword(ports, { token, name: "Grace", password }, `203.0.113.${people}`);
}

async function membershipsOf(address: string) {
  const user = await system.credentials.findUser(address);
  return user ? system.credentials.listMemberships(user.userId) : [];
}

function shapeOf(view: object): readonly string[] {
  return Object.entries(view).map(([name, value]) => `${name}: ${value === null ? "null" : typeof value}`);
}
