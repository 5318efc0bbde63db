import type { ClientConfig } from "pg";

export interface ConnectionSettings {
  readonly url: string;
  /** Taken on when the connection starts; the login must be a member of it. */
  readonly role?: string | undefined;
  /** What `pg_stat_activity` shows. */
  readonly applicationName: string;
  /** The schema that unqualified names resolve in; `burgee` unless told otherwise. */
  readonly schema?: string;
  /** Server settings by name, e.g. `statement_timeout`. */
  readonly parameters?: Readonly<Record<string, string | number>>;
}

const CONNECT_TIMEOUT_MS = 5_000;
const KEEPALIVE_AFTER_MS = 10_000;

/**
 * What node-postgres needs for a connection that is ours from its first byte: role and settings are
 * start-up parameters, so no query can run before them and none is spent on them. `options` that the
 * address itself carries are kept, before ours.
 */
export function connectionSettings(settings: ConnectionSettings): ClientConfig {
  const [address = "", query = ""] = settings.url.split("?", 2);
  const addressParameters = new URLSearchParams(query);
  const parameters = {
    search_path: settings.schema ?? "burgee",
    ...(settings.role === undefined ? {} : { role: settings.role }),
    ...settings.parameters,
  };
  const ours = Object.entries(parameters).map(([name, value]) => `-c ${name}=${escapeOption(String(value))}`);
  const options = [addressParameters.get("options"), ...ours].filter(Boolean).join(" ");
  // Left in the address, these would win over what is said here.
  addressParameters.delete("options");
  addressParameters.delete("application_name");

  const rest = addressParameters.toString();
  return {
    connectionString: rest === "" ? address : `${address}?${rest}`,
    options,
    application_name: settings.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS,
  };
}

function escapeOption(value: string): string {
  return value.replace(/[\\\s]/g, "\\$&");
}
