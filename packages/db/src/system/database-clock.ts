/** Times as the one clock tells them that every process shares; those of processes may be wrong, or be set back. */
import { type RawBuilder, sql } from "kysely";

/** The moment that many milliseconds from now. */
export function inMs(milliseconds: number): RawBuilder<Date> {
  return sql<Date>`clock_timestamp() + ${milliseconds}::float8 * interval '1 millisecond'`;
}

/** How many milliseconds are left until the time in `column`; negative once it has passed. */
export function msUntil(column: string): RawBuilder<number> {
  return sql<number>`(extract(epoch from ${sql.ref(column)} - clock_timestamp()) * 1000)::float8`;
}
