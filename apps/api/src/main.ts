/** The API process: answers over HTTP until it is told to stop. */
import {
  ConfigurationError,
  createLifecycle,
  createLogger,
  createMetrics,
  describeConfiguration,
  KeyFileError,
  readConfiguration,
} from "@burgee/runtime";
import { type ApiConfiguration, apiConfiguration } from "./configuration.ts";
import { CertificateError } from "./http/certificate.ts";
import { runApi } from "./run-api.ts";
import { VERSION } from "./version.ts";

const configuration = configurationOrEnd();
const log = createLogger({ level: configuration.logLevel, name: "burgee-api" });
log.debug(describeConfiguration(apiConfiguration, configuration), "Starting.");
try {
  await runApi({
    configuration,
    log,
    lifecycle: createLifecycle({ log }),
    metrics: createMetrics({ service: "api", version: VERSION }),
  });
} catch (error) {
  if (error instanceof KeyFileError || error instanceof CertificateError) end(error.message, 2);
  if (!isTakenPort(error)) throw error;
  const { host, port } = configuration;
  end(`Port ${port} of ${host} is taken; set BURGEE_PORT to another one, or stop what uses it.`, 1);
}

function configurationOrEnd(): ApiConfiguration {
  try {
    return readConfiguration(apiConfiguration, process.env);
  } catch (error) {
    if (error instanceof ConfigurationError) end(error.message, 2);
    throw error;
  }
}

function isTakenPort(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

function end(line: string, exitCode: number): never {
  process.stderr.write(`${line}\n`);
  process.exit(exitCode);
}
