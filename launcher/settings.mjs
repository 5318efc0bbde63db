import { parseArgs } from "node:util";
import { isPortFree } from "./free-port.mjs";
import { ProgramError } from "./run-program.mjs";

/** @typedef {{ fresh: boolean, host: string, port: number, publicUrl: string, postgresPort: number | undefined }} StartSettings */

/**
 * What `npm start` was told by its arguments and its environment.
 *
 * @returns {StartSettings}
 */
export function readSettings() {
  const host = process.env.BURGEE_HOST || "127.0.0.1";
  const port = portOf("BURGEE_PORT") ?? 4000;
  const reachable = host === "127.0.0.1" || host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return {
    fresh: readArguments().fresh ?? false,
    host,
    port,
    publicUrl: process.env.BURGEE_PUBLIC_URL || `http://${reachable}:${port}`,
    postgresPort: process.env.DATABASE_URL ? undefined : portOf("BURGEE_POSTGRES_PORT"),
  };
}

/** Refuses a port that someone else listens on, before anything is started. */
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
  if (await isPortFree(port, host)) return;
  throw new ProgramError(
    `Port ${port} on ${host} is taken. Choose another: ${variable}=${port + 1} npm start`,
  );
}

function readArguments() {
  try {
    return parseArgs({ options: { fresh: { type: "boolean" } } }).values;
  } catch {
    throw new ProgramError("npm start takes one option: npm start -- --fresh (starts over with empty data)");
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
