import { z } from "zod";
import { fromVariable } from "./variable.ts";

const postgresUrl = z.string().regex(/^postgres(ql)?:\/\/\S+$/);
const redisUrl = z.string().regex(/^rediss?:\/\/\S+$/);
const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);

const POSTGRES_ADDRESS = "a PostgreSQL address such as postgres://user:password@host:5432/database";
const DATABASE_URL = { name: "DATABASE_URL", expects: POSTGRES_ADDRESS, secret: true } as const;
const REDIS_ADDRESS = "a Redis address such as redis://host:6379";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Postgres, for a process that serves: separate logins for the two roles, or a shared one that may take on both. */
export const databaseConfiguration = {
  databaseUrl: fromVariable(postgresUrl.optional(), {
    ...DATABASE_URL,
    notNeededWith: ["appDatabaseUrl", "systemDatabaseUrl"],
  }),
  appDatabaseUrl: fromVariable(postgresUrl.optional(), {
    name: "BURGEE_APP_DATABASE_URL",
    expects: POSTGRES_ADDRESS,
    secret: true,
  }),
  systemDatabaseUrl: fromVariable(postgresUrl.optional(), {
    name: "BURGEE_SYSTEM_DATABASE_URL",
    expects: POSTGRES_ADDRESS,
    secret: true,
  }),
};

/** Postgres, for a process that migrates: the login that may. */
export const migrationConfiguration = { databaseUrl: fromVariable(postgresUrl, DATABASE_URL) };

/** Redis, where there is one: the cache and the bus on the first, the queue on the second. */
export const redisConfiguration = {
  redisUrl: fromVariable(redisUrl.optional(), { name: "REDIS_URL", expects: REDIS_ADDRESS, secret: true }),
  queueRedisUrl: fromVariable(redisUrl.optional(), {
    name: "QUEUE_REDIS_URL",
    expects: REDIS_ADDRESS,
    secret: true,
  }),
};

/** Where a process listens, and how people reach it. Port 0 takes a free one. */
export const httpConfiguration = {
  port: fromVariable(wholeNumber.pipe(z.int().max(65_535)).default(4000), {
    name: "BURGEE_PORT",
    expects: "a whole number from 0 to 65535",
  }),
  host: fromVariable(
    z
      .string()
      .regex(/^[\w.:-]+$/)
      .default("127.0.0.1"),
    {
      name: "BURGEE_HOST",
      expects: "a host name or an address such as 127.0.0.1",
    },
  ),
  publicUrl: fromVariable(z.url({ protocol: /^https?$/ }).optional(), {
    name: "BURGEE_PUBLIC_URL",
    expects: "a web address such as https://toggles.example.com",
  }),
};

/** Where the key that wraps all others is kept; made there at the first start. */
export const keyringConfiguration = {
  keyFile: fromVariable(z.string().min(1).default(".burgee/key-encryption-key"), {
    name: "BURGEE_KEY_FILE",
    expects: "the path of a file that only this process may read",
  }),
};

/** Where mail goes out, if it does. */
export const mailConfiguration = {
  smtpUrl: fromVariable(
    z
      .string()
      .regex(/^smtps?:\/\/\S+$/)
      .optional(),
    {
      name: "BURGEE_SMTP_URL",
      expects: "a mail server such as smtps://user:password@mail.example.com",
      secret: true,
    },
  ),
  mailFrom: fromVariable(
    z
      .string()
      .max(320)
      .regex(/^[^\r\n]+$/)
      .default("Burgee <burgee@localhost>"),
    {
      name: "BURGEE_MAIL_FROM",
      expects: "whom mail comes from, such as Burgee <burgee@example.com>",
    },
  ),
};

export const logConfiguration = {
  logLevel: fromVariable(z.enum(LOG_LEVELS).default("info"), {
    name: "BURGEE_LOG_LEVEL",
    expects: `one of ${LOG_LEVELS.join(", ")}`,
  }),
};
