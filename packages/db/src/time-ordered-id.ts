import { type RawBuilder, sql } from "kysely";

/**
 * A UUIDv7 by the database's clock, so that as text a later one sorts after an earlier one.
 *
 * - Source: RFC 9562, section 5.7. A random UUID is version 4; 48 bits of milliseconds take the place of its first,
 *   and two bits more make it version 7. PostgreSQL has a function for it only from 18 on.
 */
export function timeOrderedId<Id extends string>(): RawBuilder<Id> {
  return sql<Id>`encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid())
        placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
      52, 1), 53, 1), 'hex')::uuid`;
}
