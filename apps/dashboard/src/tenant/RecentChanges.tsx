import { Group, SegmentedControl, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "../api/trpc.ts";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { EventStrip } from "./EventStrip.tsx";
import { type Entry, entryWords } from "./entry-words.ts";
import { HomeCard } from "./HomeCard.tsx";

const HOUR_MS = 60 * 60 * 1_000;
const SPANS = { day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS } as const;
type Span = keyof typeof SPANS;
const MOST_READ = 200;
const MOST_SHOWN = 12;

/** What was changed of late in any environment: as a strip of time, and as a list of what the strip's chosen lane holds. */
export function RecentChanges() {
  const trpc = useTRPC();
  const [span, setSpan] = useState<Span>("day");
  const [lane, setLane] = useState<string>();
  // The moment is kept, so that the query is the same one as long as the span is.
  const [now] = useState(() => Date.now());
  const from = new Date(now - SPANS[span]).toISOString();
  const entries = useQuery(trpc.audit.list.queryOptions({ from, limit: MOST_READ }));
  return (
    <HomeCard
      title="Recent changes"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Span of time"
          value={span}
          data={[
            { value: "day", label: "24 hours" },
            { value: "week", label: "7 days" },
          ]}
          onChange={(value) => setSpan(value === "week" ? "week" : "day")}
        />
      }
    >
      {entries.isPending && <SkeletonRows rows={6} height={32} />}
      {entries.isError && <ProblemPanel error={entries.error} onRetry={() => void entries.refetch()} />}
      {entries.data && (
        <Found
          entries={entries.data.items.filter(isChange)}
          lane={lane}
          onLane={(chosen) => setLane(chosen === lane ? undefined : chosen)}
          range={{ from: now - SPANS[span], to: now }}
        />
      )}
    </HomeCard>
  );
}

interface FoundProps {
  readonly entries: readonly Entry[];
  readonly lane: string | undefined;
  readonly onLane: (lane: string) => void;
  readonly range: { readonly from: number; readonly to: number };
}

function Found({ entries, lane, onLane, range }: FoundProps) {
  if (entries.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing was changed in this time.
      </Text>
    );
  }
  const shown = entries.filter((entry) => lane === undefined || laneOf(entry) === lane).slice(0, MOST_SHOWN);
  return (
    <Stack gap="sm">
      <EventStrip entries={entries} laneOf={laneOf} chosen={lane} onChoose={onLane} range={range} />
      <Table verticalSpacing={6}>
        <Table.Tbody>
          {shown.map((entry) => (
            <Table.Tr key={entry.seq}>
              <Table.Td>
                <Text size="sm">{entryWords(entry)}</Text>
              </Table.Td>
              <Table.Td>
                <Text size="sm" c="dimmed">
                  {entry.environment ?? ""}
                </Text>
              </Table.Td>
              <Table.Td>
                <Group justify="flex-end">
                  <Text size="sm" c="dimmed" component="div">
                    <TimeAgo at={entry.at} />
                  </Text>
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

/** Sign-ins and the like are no changes of what is served. */
function isChange({ action }: Entry): boolean {
  return !/^(sign_in|tenant[.]entered|permission|audit_export|sdk_key[.]refused|scim_token)/.test(action);
}

function laneOf({ environment }: Entry): string {
  return environment ?? "elsewhere";
}
