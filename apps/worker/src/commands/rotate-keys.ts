/** `npm run rotate-keys`: gives every owner a new data key now, and seals anew what the old ones seal. */
import { createKeyring } from "@burgee/core";
import { openSystemDatabase } from "@burgee/db";
import {
  ConfigurationError,
  createLogger,
  databaseConfiguration,
  KeyFileError,
  keyringConfiguration,
  openLocalKeyEncryption,
  openPools,
  readConfiguration,
} from "@burgee/runtime";
import { rotateKeys } from "../keyring/rotate-keys.ts";

const log = createLogger({ level: "info", name: "burgee-rotate-keys" });
try {
  const configuration = readConfiguration({ ...databaseConfiguration, ...keyringConfiguration }, process.env);
  const keyEncryption = await openLocalKeyEncryption(configuration.keyFile, async () => false);
  const pools = openPools(configuration, { applicationName: "burgee-rotate-keys", log });
  const system = openSystemDatabase(pools.system);
  try {
    const keyring = createKeyring({ dataKeys: system.dataKeys, keyEncryption });
    const stuck = await rotateKeys({ system, keyring, keyEncryption }, { atLeastMs: 0, log });
    if (stuck > 0) {
      process.stderr.write(
        `${stuck} data keys do not open by ${configuration.keyFile}, and stay as they are; all others were replaced.\n`,
      );
      process.exitCode = 2;
    }
  } finally {
    await Promise.all([system.close(), pools.app.end()]);
  }
} catch (error) {
  const line = explain(error);
  if (line === undefined) throw error;
  process.stderr.write(`${line}\n`);
  process.exitCode = 2;
}

function explain(error: unknown): string | undefined {
  if (error instanceof ConfigurationError || error instanceof KeyFileError) return error.message;
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return `The rotation stopped: ${error.message} (${error.code}). Run it again, and it goes on where it was.`;
}
