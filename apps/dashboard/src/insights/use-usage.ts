import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTRPC } from "../api/trpc.ts";
import { useNow } from "../design/use-now.ts";
import { useProject } from "../shell/place.ts";
import { useToggle } from "../toggles/use-toggle.ts";
import type { ChangeMark } from "./StackedColumns.tsx";
import { SPAN_LENGTHS, type Span } from "./spans.ts";

/** SDKs tell of their usage once a minute. */
const EVERY_MS = 60_000;
const MOST_MARKS = 12;

/** Of the open toggle, up to the minute in which it is; with the changes of its setting, the newest first. */
export function useUsage(span: Span) {
  const trpc = useTRPC();
  const { key: project } = useProject();
  const { key, environment } = useToggle();
  const toMs = (Math.floor(useNow() / EVERY_MS) + 1) * EVERY_MS;
  const place = { project, environment };
  const usage = useQuery(
    trpc.toggles.usage.queryOptions(
      {
        ...place,
        key,
        from: new Date(toMs - SPAN_LENGTHS[span].ms).toISOString(),
        to: new Date(toMs).toISOString(),
      },
      { placeholderData: (before) => before },
    ),
  );
  const history = useQuery(trpc.settings.history.queryOptions({ ...place, toggle: key, limit: MOST_MARKS }));
  const changes = useMemo(
    () =>
      (history.data?.items ?? []).map(({ version, at }): ChangeMark => ({ version, atMs: Date.parse(at) })),
    [history.data],
  );
  return { usage, changes };
}
