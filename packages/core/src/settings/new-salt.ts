import { randomBytes } from "node:crypto";

export function newSalt(): string {
  return randomBytes(12).toString("hex");
}
