/** `npm run migrate`: brings the database that DATABASE_URL names to the newest schema. */
import { migrate } from "../migrate.ts";

const url = process.env.DATABASE_URL;
if (!url) {
  console.error(
    "DATABASE_URL is not set: say which database to migrate, as postgres://user:password@host:5432/name.",
  );
  process.exit(2);
}

try {
  const ran = await migrate({ url });
  console.log(ran.length === 0 ? "The database is up to date." : `Ran ${ran.join(", ")}.`);
} catch (error) {
  if (!isForeseen(error)) throw error;
  console.error(`The database of DATABASE_URL was not migrated: ${error.message} (${error.code}).`);
  process.exitCode = 1;
}

/** What the database or the system refused. Its stack says nothing more, and an address that is none would be shown with its password. */
function isForeseen(error: unknown): error is Error & { readonly code: unknown } {
  return error instanceof Error && "code" in error;
}
