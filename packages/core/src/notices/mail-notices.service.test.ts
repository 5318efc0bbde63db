import { afterAll, beforeEach, expect, test } from "vitest";
import { type AtHome, addMember, install } from "../../test/installation.ts";
import { announceNotice } from "./announce-notice.ts";
import { mailNotices, type SendMail } from "./mail-notices.ts";

const installation = await install();
const { admin, db, system, newTenant } = installation;
const sent: Parameters<SendMail>[0][] = [];
const errors: unknown[] = [];
let caller: AtHome;

const keep: SendMail = async (mail) => {
  sent.push(mail);
};
const refuse: SendMail = async () => {
  throw new Error("No server.");
};

beforeEach(async () => {
  caller = await newTenant();
  sent.length = 0;
  errors.length = 0;
  await admin.query("delete from burgee.notice_mails");
});
afterAll(() => installation.close());

test("whom a notice concerns is mailed once, in words", async () => {
  const other = await addMember(caller, "editor");
  await announce(["user:x", "system", `user:${other.person.userId}`]);

  const mailed = [await mail(keep), await mail(keep)];

  expect(mailed).toEqual([
    { sent: 1, failed: 0 },
    { sent: 0, failed: 0 },
  ]);
  expect(sent).toMatchObject([
    {
      to: await addressOf(other),
      subject: "Acme: A rollout stopped: somebody changed its toggle meanwhile",
      text: expect.stringContaining("project: web\nenvironment: production\ntoggle: cart"),
    },
  ]);
  expect(sent[0]?.text).not.toContain("user:");
});

test("nobody is mailed of what is for programs alone", async () => {
  await db.transact(caller.person.tenantId, (writers) =>
    announceNotice(writers, { type: "toggle.changed", data: {}, concerns: [`user:${caller.person.userId}`] }),
  );

  expect(await mail(keep)).toEqual({ sent: 0, failed: 0 });
});

test("a mail that no server took is sent later, as the same message, and given up in the end", async () => {
  await announce([`user:${caller.person.userId}`]);
  expect(await mail(refuse)).toEqual({ sent: 0, failed: 1 });
  expect(await mail(keep)).toEqual({ sent: 0, failed: 0 });

  await makeDue();
  await mail(keep);
  await admin.query("update burgee.notice_mails set sent_at = null");
  await makeDue();
  await mail(keep);
  expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(1);
  expect(sent).toHaveLength(2);

  await admin.query("update burgee.notice_mails set sent_at = null, failures = 0");
  for (let at = 0; at < 8; at++) {
    await makeDue();
    await mail(refuse);
  }
  expect(errors).toHaveLength(1 + 6);
});

test("who left the tenant is not mailed", async () => {
  const other = await addMember(caller, "editor");
  await announce([`user:${other.person.userId}`]);
  await admin.query("delete from burgee.memberships where user_id = $1", [other.person.userId]);

  expect(await mail(keep)).toEqual({ sent: 0, failed: 0 });
});

function announce(concerns: readonly string[]) {
  const { environmentId } = caller.person.home;
  const data = { toggle: "cart", actor: `user:${caller.person.userId}` };
  return db.transact(caller.person.tenantId, (writers) =>
    announceNotice(writers, { type: "rollout.conflict", environmentId, data, concerns }),
  );
}

function mail(send: SendMail) {
  return mailNotices({ system, send, onUnsent: (error) => errors.push(error) });
}

function makeDue() {
  return admin.query("update burgee.notice_mails set due_at = now()");
}

async function addressOf({ person }: Pick<AtHome, "person">): Promise<string | undefined> {
  return (await system.credentials.findUserById(person.userId))?.email;
}
