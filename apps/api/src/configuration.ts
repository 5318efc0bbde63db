import {
  type Configuration,
  databaseConfiguration,
  egressConfiguration,
  fromVariable,
  httpConfiguration,
  keyringConfiguration,
  logConfiguration,
  redisConfiguration,
} from "@burgee/runtime";
import { z } from "zod";
import { STREAM_LIMITS } from "./streams/stream-limits.ts";

export const apiConfiguration = {
  ...databaseConfiguration,
  ...redisConfiguration,
  ...httpConfiguration,
  ...logConfiguration,
  ...keyringConfiguration,
  ...egressConfiguration,
  proxyHops: fromVariable(
    z
      .string()
      .regex(/^\d{1,2}$/)
      .transform(Number)
      .default(0),
    { name: "BURGEE_PROXY_HOPS", expects: "a whole number: how many proxies stand before the API" },
  ),
  maxStreams: fromVariable(
    z
      .string()
      .regex(/^\d{1,7}$/)
      .transform(Number)
      .pipe(z.int().min(1))
      .default(STREAM_LIMITS.maxConnections),
    { name: "BURGEE_MAX_STREAMS", expects: "a whole number from 1: how many streams a process holds" },
  ),
};

export type ApiConfiguration = Configuration<typeof apiConfiguration>;
