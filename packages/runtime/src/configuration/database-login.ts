import { ConfigurationError } from "./configuration-error.ts";

/** `databaseUrl` may be left out where both of the others are given. */
export interface DatabaseUrls {
  readonly databaseUrl?: string | undefined;
  readonly appDatabaseUrl?: string | undefined;
  readonly systemDatabaseUrl?: string | undefined;
}

/** How to connect: an address, and the role to take on at once where the login is a shared one. */
export interface DatabaseLogin {
  readonly url: string;
  readonly role?: string;
}

/** The login for ordinary requests: its own where one is configured, else the shared one as `burgee_app`. */
export function appLogin({ databaseUrl, appDatabaseUrl }: DatabaseUrls): DatabaseLogin {
  return appDatabaseUrl ? { url: appDatabaseUrl } : shared(databaseUrl, "burgee_app");
}

/** The login for work across tenants: its own where one is configured, else the shared one as `burgee_system`. */
export function systemLogin({ databaseUrl, systemDatabaseUrl }: DatabaseUrls): DatabaseLogin {
  return systemDatabaseUrl ? { url: systemDatabaseUrl } : shared(databaseUrl, "burgee_system");
}

function shared(url: string | undefined, role: string): DatabaseLogin {
  if (url) return { url, role };
  const message = `is missing, and so is a login of ${role}'s own.`;
  throw new ConfigurationError([{ variable: "DATABASE_URL", message }]);
}
