import type { Outputs } from "../api/trpc.ts";

export type Webhook = Outputs["webhooks"]["list"][number];
