import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the checkout. */
export const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

/** The folder for what a checkout keeps to itself: data, keys of the demo, logs, downloads. Git ignores it. */
export const privateFolder = join(checkout, ".burgee");

/** A path inside the checkout. */
export const inCheckout = (/** @type {string[]} */ ...parts) => join(checkout, ...parts);

/** What brings a database up to date, in this order: our tables, then the queue's. */
export const migrations = [
  inCheckout("packages", "db", "dist", "commands", "migrate.js"),
  inCheckout("apps", "worker", "dist", "commands", "migrate-queue.js"),
];
