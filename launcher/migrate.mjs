/** `npm run migrate`: brings the database of DATABASE_URL to the newest schema. */
import "./require-node.mjs";
import { migrations } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";

await runBuilt(migrations);
