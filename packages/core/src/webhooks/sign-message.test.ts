import { type ClaimedDelivery, newId } from "@burgee/db";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { makeWebhookSecret, signMessage } from "./sign-message.ts";

const [current, before] = [makeWebhookSecret(), makeWebhookSecret()];
const claimed: ClaimedDelivery = {
  tenantId: newId(),
  webhookId: newId(),
  noticeId: newId(),
  attempt: 1,
  failures: 0,
  url: "https://hooks.example.com",
  now: new Date(),
  type: "toggle.changed",
  happenedAt: new Date("2026-01-31T12:00:00Z"),
  revision: 7,
  data: { toggle: "cart ☂" },
  secrets: [],
};
const { headers, body } = signMessage(claimed, [current, before]);

test("a message says what happened, when, and at which revision", () => {
  expect(JSON.parse(body)).toEqual({
    type: "toggle.changed",
    timestamp: "2026-01-31T12:00:00.000Z",
    data: { toggle: "cart ☂", revision: 7 },
  });
});

describe("the package that receivers use", () => {
  test.each([
    ["new", current],
    ["old", before],
  ])("takes a message by the %s secret, while both sign", (_, secret) => {
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
  });

  test.each<[string, string, Record<string, string>]>([
    ["by another secret", body, headersWith({})],
    ["with another body", body.replace("cart", "card"), headersWith({})],
    ["under another id", body, headersWith({ "webhook-id": newId() })],
    ["ten minutes old", body, headersWith({ "webhook-timestamp": String(Date.now() / 1000 - 600) })],
  ])("refuses a message %s", (what, sent, sentHeaders) => {
    const secret = what === "by another secret" ? makeWebhookSecret() : current;

    expect(() => new Webhook(secret).verify(sent, sentHeaders)).toThrow();
  });

  test("refuses a message with any bit of its signature flipped", () => {
    const [signature = ""] = (headers["webhook-signature"] ?? "").split(" ");
    const bytes = Buffer.from(signature.slice("v1,".length), "base64");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const forged = { ...headers, "webhook-signature": `v1,${flipped.toString("base64")}` };

      expect(() => new Webhook(current).verify(body, forged)).toThrow();
    }
  });
});

function headersWith(others: Record<string, string>): Record<string, string> {
  return { ...headers, ...others };
}
