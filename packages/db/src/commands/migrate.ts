/** `npm run migrate`: brings the database that DATABASE_URL names to the newest schema. */
import { migrate } from "../migrate.ts";

const url = process.env.DATABASE_URL;
if (!url) {
  console.error(
    "DATABASE_URL is not set: say which database to migrate, as postgres://user:password@host:5432/name.",
  );
  process.exit(2);
}

const ran = await migrate({ url });
console.log(ran.length === 0 ? "The database is up to date." : `Ran ${ran.join(", ")}.`);
