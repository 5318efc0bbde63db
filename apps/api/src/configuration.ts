import { tenantId } from "@burgee/core";
import {
  type Configuration,
  databaseConfiguration,
  egressConfiguration,
  fileStoreConfiguration,
  fromVariable,
  httpConfiguration,
  keyringConfiguration,
  logConfiguration,
  mailConfiguration,
  redisConfiguration,
} from "@burgee/runtime";
import { z } from "zod";
import { RATE_BOUNDS, WINDOW_SECONDS } from "./rate-limits/rate-bounds.ts";
import { NODE_ROLES } from "./roles/route-table.ts";
import { STREAM_LIMITS } from "./streams/stream-limits.ts";
import { DELETION_DELAY_HOURS } from "./tenants/deletion-delay.ts";

export const apiConfiguration = {
  ...databaseConfiguration,
  ...redisConfiguration,
  ...httpConfiguration,
  ...logConfiguration,
  ...keyringConfiguration,
  ...egressConfiguration,
  ...mailConfiguration,
  ...fileStoreConfiguration,
  proxyHops: fromVariable(
    z
      .string()
      .regex(/^\d{1,2}$/)
      .transform(Number)
      .default(0),
    { name: "BURGEE_PROXY_HOPS", expects: "a whole number: how many proxies stand before the API" },
  ),
  signUpMode: fromVariable(z.enum(["open", "closed"]).default("closed"), {
    name: "BURGEE_SIGN_UP",
    expects: "open or closed",
  }),
  deletionDelayHours: fromVariable(
    z
      .string()
      .regex(/^\d{1,4}$/)
      .transform(Number)
      .default(DELETION_DELAY_HOURS),
    {
      name: "BURGEE_DELETION_DELAY_HOURS",
      expects: "a whole number: for how many hours a tenant may be kept whose deletion was asked for",
    },
  ),
  operatorTenant: fromVariable(tenantId.optional(), {
    name: "BURGEE_OPERATOR_TENANT",
    expects: "the id of the tenant whose owners run the installation, and see its queues",
  }),
  role: fromVariable(z.enum(NODE_ROLES).default("all"), {
    name: "BURGEE_ROLE",
    expects: "admin, edge or all: what this node serves",
  }),
  edgeStore: fromVariable(z.string().min(1).default(".burgee/edge-store"), {
    name: "BURGEE_EDGE_STORE",
    expects: "a folder of this process's own, or off: where it keeps what it serves",
  }),
  dashboardFolder: fromVariable(z.string().min(1).default("apps/dashboard/dist"), {
    name: "BURGEE_DASHBOARD",
    expects: "the folder of the built dashboard",
  }),
  maxStreams: fromVariable(
    z
      .string()
      .regex(/^\d{1,7}$/)
      .transform(Number)
      .pipe(z.int().min(1))
      .default(STREAM_LIMITS.maxConnections),
    { name: "BURGEE_MAX_STREAMS", expects: "a whole number from 1: how many streams a process holds" },
  ),
  streamAccepts: fromVariable(
    z
      .string()
      .regex(/^\d{1,6}$/)
      .transform(Number)
      .pipe(z.int().min(1))
      .default(STREAM_LIMITS.acceptsPerSecond),
    {
      name: "BURGEE_STREAM_ACCEPTS",
      expects: "a whole number from 1: how many streams may begin at a process in a second",
    },
  ),
  tlsCert: fromVariable(z.string().min(1).optional(), {
    name: "BURGEE_TLS_CERT",
    expects: "the path of a certificate in PEM, with those that signed it after it",
  }),
  tlsKey: fromVariable(z.string().min(1).optional(), {
    name: "BURGEE_TLS_KEY",
    expects: "the path of that certificate's key in PEM",
  }),
  keyRate: rate("BURGEE_RATE_KEY", "a server or personal key", RATE_BOUNDS.key),
  clientRate: rate("BURGEE_RATE_CLIENT", "a client key from one address", RATE_BOUNDS.client),
  tenantRate: rate("BURGEE_RATE_TENANT", "a tenant", RATE_BOUNDS.tenant),
  addressRate: rate("BURGEE_RATE_ADDRESS", "an address", RATE_BOUNDS.address),
};

function rate(name: string, ofWhat: string, bound: number) {
  return fromVariable(
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number)
      .default(bound),
    {
      name,
      expects: `a whole number: how many requests ${ofWhat} may make in ${WINDOW_SECONDS} s; 0 is no bound`,
    },
  );
}

export type ApiConfiguration = Configuration<typeof apiConfiguration>;
