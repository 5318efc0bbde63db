import { z } from "zod";
import { fromVariable } from "../configuration/variable.ts";

export const egressConfiguration = {
  /** Origins that calls to the outside may reach whatever their address is. */
  egressAllow: fromVariable(
    z
      .string()
      .default("")
      .transform((text) => text.split(",").map((each) => each.trim()))
      .transform((origins) => origins.filter((each) => each !== ""))
      .refine((origins) => origins.every(isOrigin)),
    {
      name: "BURGEE_EGRESS_ALLOW",
      expects: "origins such as https://login.example.internal:8443, with commas between them",
    },
  ),
};

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
