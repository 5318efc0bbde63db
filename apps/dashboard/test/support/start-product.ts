import { randomUUID } from "node:crypto";
import {
  databaseUrl,
  dropDatabase,
  freePort,
  Installation,
  runStatements,
  sharePostgres,
} from "@burgee/test-support";
import { chromium as playwright } from "playwright-core";

/** What a flow needs to know of the product that runs. */
export interface Product {
  /** Where people reach it. */
  readonly url: string;
  /** Where a browser of ours listens. */
  readonly browser: string;
  readonly email: string;
  readonly password: string;
  /** Of the demo tenant's owner, good for everything. */
  readonly personalKey: string;
  /** Of a server, in the demo's production. */
  readonly sdkKey: string;
  /** Ports of this machine that the product may call: for what a flow sets up there, such as a provider or an endpoint. */
  readonly outside: readonly number[];
}

export interface RunningProduct {
  readonly product: Product;
  /** Of its database, as the login that made it. */
  readonly databaseUrl: string;
  readonly stop: () => Promise<void>;
}

/** Runs as root too, and calls nobody. */
const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

export async function startProduct(executablePath: string): Promise<RunningProduct> {
  const browser = await playwright.launchServer({ executablePath, args: FLAGS });
  const { postgres, release } = await sharePostgres();
  const name = `burgee_flows_${randomUUID().replaceAll("-", "").slice(0, 12)}`;
  await runStatements(postgres.adminUrl, `create database ${name} template template0`);
  const outside = [await freePort(), await freePort()];
  const url = databaseUrl(postgres.adminUrl, name);
  const installation = await Installation.start({
    databaseUrl: url,
    redisUrl: undefined,
    env: {
      BURGEE_SIGN_UP: "open",
      BURGEE_EGRESS_ALLOW: outside.map((port) => `http://127.0.0.1:${port}`).join(","),
    },
  });
  const { email = "", password = "", personalKey, sdkKey } = installation.keys;
  return {
    databaseUrl: url,
    product: {
      url: installation.url.replace("127.0.0.1", "localhost"),
      browser: browser.wsEndpoint(),
      email,
      password,
      personalKey,
      sdkKey,
      outside,
    },
    stop: async () => {
      await browser.close();
      await installation.stop();
      await dropDatabase(postgres.adminUrl, name);
      await release();
    },
  };
}
