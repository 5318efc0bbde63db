import { z } from "zod";
import { contextInput } from "../contexts/make-evaluation-context.ts";
import { LIMITS } from "../limits.ts";
import { storedText } from "../names.ts";

/** A toggle's, a variant's or an event's: as long as readers of rulesets take one. */
const key = storedText(256);
const count = z.int().min(1).max(LIMITS.usageCount);
const dropped = z.int().min(0).max(LIMITS.usageCount);

const EARLIEST = Date.parse("2000-01-01");
const LATEST = Date.parse("2100-01-01");

const time = z.iso.datetime({ offset: true }).refine((text) => {
  const ms = Date.parse(text);
  return ms >= EARLIEST && ms < LATEST;
}, "Give a time of this century.");

const appliedInput = z.strictObject({
  version: z.string().regex(/^[A-Za-z0-9-]{1,64}\.\d{1,15}$/, "Give <epoch>.<revision>."),
  at: time,
  traceparent: z
    .string()
    .regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/, "Give a W3C traceparent.")
    .optional(),
});

const eventContext = contextInput.refine((context) => isStorable(JSON.stringify(context)), {
  error: `An event's context has at most ${LIMITS.eventContextLength} characters of JSON, all valid Unicode without NUL.`,
});

const eventInput = z.strictObject({
  name: key.min(1),
  at: time,
  context: eventContext.default({}),
  value: z.number().optional(),
});

/** What an SDK sends to `POST /v1/events`: one batch, told by its id from one that comes again. */
export const usageBatchInput = z.strictObject({
  batchId: z.uuid(),
  sdk: z.strictObject({ name: storedText(100), version: storedText(50) }),
  /** Null before the first ruleset. */
  applied: appliedInput.nullable(),
  counts: z
    .array(
      z.strictObject({ toggle: key.min(1), variant: key.nullable(), version: version().nullable(), count }),
    )
    .max(LIMITS.countsPerBatch),
  events: z.array(eventInput).max(LIMITS.eventsPerBatch),
  unknownKeys: z.array(z.strictObject({ key: key.min(1), count })).max(LIMITS.unknownKeysPerBatch),
  /** What the SDK had no room for. */
  dropped: z.strictObject({ evaluations: dropped, events: dropped }).default({ evaluations: 0, events: 0 }),
});

function version() {
  return z.int().min(0).max(LIMITS.version);
}

/** Postgres keeps neither NUL nor half of a surrogate pair; JSON writes both as escapes. */
function isStorable(json: string): boolean {
  return (
    json.length <= LIMITS.eventContextLength &&
    !/\\u(?:0000|d[89a-f][0-9a-f]{2})/.test(json.replaceAll("\\\\", ""))
  );
}
