import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { hostInAddress, isAddress } from "./address.mjs";
import { refusalToListen } from "./free-port.mjs";
import { ProgramError } from "./run-program.mjs";

/**
 * @typedef {object} StartSettings
 * @property {boolean} fresh
 * @property {string} host
 * @property {number} port
 * @property {string} publicUrl
 * @property {number | undefined} postgresPort
 * @property {string | undefined} databaseUrl one of the user's, in place of the embedded one
 * @property {readonly { variable: string, url: string }[]} redis
 */

const POSTGRES = {
  protocols: ["postgres:", "postgresql:"],
  expects:
    "a PostgreSQL address such as postgres://user:password@host:5432/database, with special characters encoded (# as %23)",
};
const REDIS = {
  protocols: ["redis:", "rediss:"],
  expects: "a Redis address such as redis://:password@host:6379, with special characters encoded (# as %23)",
};
const WEB = { protocols: ["http:", "https:"], expects: "a web address such as http://localhost:4000" };

/** Where one of these variables is wrong, it is named, and its value, which may hold a password, is not shown. */
const ADDRESSES = {
  DATABASE_URL: POSTGRES,
  BURGEE_APP_DATABASE_URL: POSTGRES,
  BURGEE_SYSTEM_DATABASE_URL: POSTGRES,
  REDIS_URL: REDIS,
  QUEUE_REDIS_URL: REDIS,
  BURGEE_PUBLIC_URL: WEB,
};

/**
 * What `npm start` was told by its arguments and its environment. Errors: {@link ProgramError}, a line for each that is wrong.
 *
 * @returns {StartSettings}
 */
export function readSettings() {
  refuseWrongAddresses();
  const host = process.env.BURGEE_HOST || "127.0.0.1";
  const port = portOf("BURGEE_PORT") ?? 4000;
  const reachable = ["127.0.0.1", "0.0.0.0", "::", "::1"].includes(host) ? "localhost" : hostInAddress(host);
  const databaseUrl = addressOf("DATABASE_URL");
  const postgresPort = databaseUrl ? undefined : portOf("BURGEE_POSTGRES_PORT");
  if (postgresPort === port) {
    throw new ProgramError(
      `BURGEE_POSTGRES_PORT and BURGEE_PORT are both ${port}; each needs a port of its own.`,
    );
  }
  return {
    fresh: readArguments().fresh ?? false,
    host,
    port,
    publicUrl: process.env.BURGEE_PUBLIC_URL || `http://${reachable}:${port}`,
    postgresPort,
    databaseUrl,
    redis: ["REDIS_URL", "QUEUE_REDIS_URL"].flatMap((variable) => {
      const url = addressOf(variable);
      return url === undefined ? [] : [{ variable, url }];
    }),
  };
}

/** Refuses a port or a host that the API, or the embedded PostgreSQL, could not listen on, before anything is started. */
export async function refuseTakenPorts(/** @type {StartSettings} */ { host, port, postgresPort }) {
  await refuseTaken(port, host, "BURGEE_PORT");
  if (postgresPort !== undefined) await refuseTaken(postgresPort, "127.0.0.1", "BURGEE_POSTGRES_PORT");
}

/**
 * @param {number} port
 * @param {string} host
 * @param {string} variable
 */
async function refuseTaken(port, host, variable) {
  const refusal = await refusalToListen(port, host);
  switch (refusal) {
    case undefined:
      return;
    case "EADDRINUSE":
      throw new ProgramError(
        `Port ${port} on ${host} is taken. Choose another: ${variable}=${port + 1} npm start`,
      );
    case "EACCES":
      throw new ProgramError(
        `${variable} is ${port}, where this user may not listen; it must be a port from 1024 on.`,
      );
    default:
      throw new ProgramError(
        `BURGEE_HOST is ${JSON.stringify(host)} (${refusal}); it must be a name or an address of this machine, such as 127.0.0.1.`,
      );
  }
}

function readArguments() {
  try {
    return parseArgs({ options: { fresh: { type: "boolean" } } }).values;
  } catch {
    throw new ProgramError("npm start takes one option: npm start -- --fresh (starts over with empty data)");
  }
}

function refuseWrongAddresses() {
  const wrong = Object.entries(ADDRESSES).flatMap(([variable, { protocols, expects }]) => {
    const value = addressOf(variable);
    if (value === undefined || isAddress(value, protocols)) return [];
    return [`${variable} is set to something else (not shown); it must be ${expects}.`];
  });
  if (wrong.length > 0) throw new ProgramError(wrong.join("\n"));
}

/** A variable, or what stands in the file that its sister with `_FILE` names. */
function addressOf(/** @type {string} */ variable) {
  const file = process.env[`${variable}_FILE`];
  if (!file) return process.env[variable] || undefined;
  try {
    return readFileSync(file, "utf8").trim() || undefined;
  } catch {
    throw new ProgramError(`${variable}_FILE names ${file}, which can't be read.`);
  }
}

function portOf(/** @type {string} */ variable) {
  const text = process.env[variable];
  if (!text) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new ProgramError(
    `${variable} is ${JSON.stringify(text)}; it must be a whole number from 1 to 65535.`,
  );
}
