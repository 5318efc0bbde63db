/** The tenant's audit log: who changed what, when and how, over all of its projects. */
import { Button, Group, Pill, Stack, Table, Text } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useTRPC, useTRPCClient } from "../api/trpc.ts";
import { usePages } from "../api/use-pages.ts";
import { useActorNames } from "../design/actor-names.ts";
import { EmptyState } from "../design/EmptyState.tsx";
import { FilteredToNothing } from "../design/FilteredToNothing.tsx";
import { PictureWithTable } from "../design/PictureWithTable.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { ScrolledTable } from "../design/ScrolledTable.tsx";
import { SkeletonChart, SkeletonRows } from "../design/skeletons.tsx";
import { type AuditSearch, filterOf, saidFilters } from "./audit-search.ts";
import { ChainState } from "./ChainState.tsx";
import { DayBrush, daysInRow } from "./DayBrush.tsx";
import { EntryRow } from "./EntryRow.tsx";
import { ExportMenu } from "./ExportMenu.tsx";
import { Facets } from "./Facets.tsx";

const PAGE = 50;
const number = new Intl.NumberFormat("en");

export function AuditScreen() {
  const search = useSearch({ from: "/signed-in/t/$tenant/audit" });
  const navigate = useNavigate();
  const narrow = (next: Partial<AuditSearch>) =>
    void navigate({ to: ".", search: (before) => ({ ...before, entry: undefined, ...next }), replace: true });
  const clear = () => void navigate({ to: ".", search: {} });
  return (
    <>
      <ScreenTitle title="Audit log" actions={<ExportMenu search={search} />} description={<ChainState />} />
      <Stack gap="lg">
        <Days search={search} narrow={narrow} />
        <Facets search={search} narrow={narrow} onClear={clear} />
        {search.entry === undefined ? (
          <Entries search={search} onClear={clear} />
        ) : (
          <OneEntry entry={search.entry} onClear={clear} />
        )}
      </Stack>
    </>
  );
}

interface PartProps {
  readonly search: AuditSearch;
  readonly narrow: (next: Partial<AuditSearch>) => void;
}

/** Over all days, so that others than the chosen ones can be chosen. */
function Days({ search, narrow }: PartProps) {
  const trpc = useTRPC();
  const { from, to, ...rest } = search;
  const facets = useQuery(
    trpc.audit.facets.queryOptions(filterOf(rest), { placeholderData: (before) => before }),
  );
  if (facets.isPending) return <SkeletonChart height={96} />;
  if (facets.isError) return null;
  const { counted, isSample, values } = facets.data;
  const days = daysInRow(values.day);
  if (days.length === 0) return null;
  const sentence = `${isSample ? "The newest " : ""}${number.format(counted)} entries on ${days.length === 1 ? "one day" : `${days.length} days`} (UTC).`;
  return (
    <PictureWithTable
      label="entries by day"
      summary={`${sentence} Draw over days to see them alone.`}
      picture={
        <DayBrush
          days={days}
          chosen={{ from, to }}
          onChoose={(first, last) => narrow({ from: first, to: last })}
          label={sentence}
        />
      }
      table={
        <ScrolledTable label="Entries by day" minWidth={240}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Day</Table.Th>
              <Table.Th ta="right">Entries</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {days.toReversed().map(({ day, count }) => (
              <Table.Tr key={day}>
                <Table.Td>
                  <Button size="compact-xs" variant="subtle" onClick={() => narrow({ from: day, to: day })}>
                    {day}
                  </Button>
                </Table.Td>
                <Table.Td ta="right">{number.format(count)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </ScrolledTable>
      }
    />
  );
}

interface EntriesProps {
  readonly search: AuditSearch;
  readonly onClear: () => void;
}

function Entries({ search, onClear }: EntriesProps) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const nameOf = useActorNames();
  const linkTo = useEntryLink();
  const filter = filterOf(search);
  const pages = usePages({
    queryKey: [...trpc.audit.list.pathKey(), filter],
    ask: (before, signal) =>
      client.audit.list.query(
        { ...filter, limit: PAGE, ...(before !== null && { before: Number(before) }) },
        { signal },
      ),
    nextOf: ({ nextBefore }) => (nextBefore === null ? null : String(nextBefore)),
  });
  if (pages.isPending) return <SkeletonRows />;
  if (pages.isError) return <ProblemPanel error={pages.error} onRetry={() => void pages.refetch()} />;
  const entries = pages.data.pages.flatMap(({ items }) => items);
  const filters = saidFilters(search, nameOf);
  if (entries.length === 0 && filters.length > 0)
    return <FilteredToNothing what="entries" filters={filters} onClear={onClear} />;
  if (entries.length === 0) {
    return (
      <EmptyState icon={IconHistory} title="Nothing has happened yet">
        Each change of a toggle, a role or a key will stand here, by whom and when.
      </EmptyState>
    );
  }
  return (
    <Stack gap="sm">
      <Stack
        component="ol"
        gap={0}
        m={0}
        p={0}
        style={{ listStyle: "none" }}
        aria-label="Entries, the newest first"
      >
        {entries.map((entry) => (
          <EntryRow key={entry.seq} entry={entry} linkTo={linkTo} />
        ))}
      </Stack>
      {pages.hasNextPage && (
        <Group justify="center">
          <Button
            variant="default"
            loading={pages.isFetchingNextPage}
            onClick={() => void pages.fetchNextPage()}
          >
            Older entries
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** What a link names, by itself. */
function OneEntry({ entry, onClear }: { readonly entry: number; readonly onClear: () => void }) {
  const trpc = useTRPC();
  const linkTo = useEntryLink();
  const found = useQuery(trpc.audit.list.queryOptions({ before: entry + 1, limit: 1 }));
  if (found.isPending) return <SkeletonRows rows={1} />;
  if (found.isError) return <ProblemPanel error={found.error} onRetry={() => void found.refetch()} />;
  const [one] = found.data.items;
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Pill
          withRemoveButton
          removeButtonProps={{ "aria-label": "Show all entries", "aria-hidden": false }}
          onRemove={onClear}
        >
          entry {entry} alone
        </Pill>
      </Group>
      {one?.seq === entry ? (
        <Stack component="ol" gap={0} m={0} p={0} style={{ listStyle: "none" }}>
          <EntryRow entry={one} isOpenFirst linkTo={linkTo} />
        </Stack>
      ) : (
        <Text c="dimmed">There is no entry {entry} here.</Text>
      )}
    </Stack>
  );
}

function useEntryLink(): (entry: number) => string {
  const router = useRouter();
  return (entry) => {
    const { href } = router.buildLocation({ to: ".", search: { entry } });
    return `${window.location.origin}${href}`;
  };
}
