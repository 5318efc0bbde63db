/** Which toggles have done their work: how old each is, how far in its life, and why it should be looked at. */
import { Badge, Button, Checkbox, Group, List, NativeSelect, Stack, Table, Text } from "@mantine/core";
import { IconHourglass } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTRPC, useTRPCClient } from "../api/trpc.ts";
import { usePages } from "../api/use-pages.ts";
import { Allowed } from "../design/Allowed.tsx";
import { EmptyState } from "../design/EmptyState.tsx";
import { FilteredToNothing } from "../design/FilteredToNothing.tsx";
import { AnchorLink } from "../design/links.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { ScrolledTable } from "../design/ScrolledTable.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { tellProblem } from "../design/tell-undo.tsx";
import { useNow } from "../design/use-now.ts";
import { isOver } from "../jobs/job.ts";
import { useJobs, usePutJob } from "../jobs/use-jobs.ts";
import { useProject } from "../shell/place.ts";
import { ageOf, type Days, reasonText, STAGE_NAMES, STAGES, type ToggleLife } from "./stages.ts";
import { type Archived, useArchiveMany } from "./use-archive-many.ts";

const PAGE = 100;

export function LifecycleScreen() {
  const trpc = useTRPC();
  const { toggles } = useTRPCClient();
  const { key: project } = useProject();
  const { stage, stale } = useSearch({ from: "/signed-in/t/$tenant/p/$project/lifecycle" });
  const navigate = useNavigate();
  const narrow = (next: { stage?: typeof stage; stale?: typeof stale }) =>
    void navigate({ to: ".", search: (before) => ({ ...before, ...next }), replace: true });
  const filter = { ...(stage !== undefined && { stage }), ...(stale !== undefined && { stale }) };
  const lives = usePages({
    queryKey: [...trpc.toggles.lifecycle.pathKey(), project, filter],
    ask: (cursor, signal) =>
      toggles.lifecycle.query(
        { project, limit: PAGE, ...filter, ...(cursor !== null && { cursor }) },
        { signal },
      ),
    nextOf: ({ nextCursor }) => nextCursor,
  });
  const isNarrowed = stage !== undefined || stale !== undefined;
  const items = lives.data?.pages.flatMap((page) => page.items) ?? [];
  const days = lives.data?.pages[0]?.days;
  return (
    <>
      <ScreenTitle
        title="Lifecycle"
        description="Looked at each night, over all environments of the project."
        actions={<LookNow />}
      />
      <Stack gap="md">
        <Group align="end" gap="sm">
          <NativeSelect
            label="Stage"
            size="xs"
            data={[
              { value: "", label: "Any" },
              ...STAGES.map((each) => ({ value: each, label: STAGE_NAMES[each] })),
            ]}
            value={stage ?? ""}
            onChange={({ currentTarget }) =>
              narrow({ stage: STAGES.find((each) => each === currentTarget.value) })
            }
          />
          <Checkbox
            label="Stale only"
            mb={6}
            checked={stale === true}
            onChange={({ currentTarget }) => narrow({ stale: currentTarget.checked || undefined })}
          />
        </Group>
        {lives.isPending ? (
          <SkeletonRows />
        ) : lives.isError ? (
          <ProblemPanel error={lives.error} onRetry={() => void lives.refetch()} />
        ) : items.length === 0 && isNarrowed ? (
          <FilteredToNothing
            what="toggles"
            filters={[...(stage ? [STAGE_NAMES[stage]] : []), ...(stale ? ["Stale only"] : [])]}
            onClear={() => narrow({ stage: undefined, stale: undefined })}
          />
        ) : items.length === 0 || !days ? (
          <EmptyState icon={IconHourglass} title="No toggles yet">
            Once there are some, those that have done their work are named here, so that code and rules
            don&apos;t outlive them.
          </EmptyState>
        ) : (
          <Lives items={items} days={days} />
        )}
        {lives.hasNextPage && (
          <Group>
            <Button
              size="xs"
              variant="default"
              loading={lives.isFetchingNextPage}
              onClick={() => void lives.fetchNextPage()}
            >
              More toggles
            </Button>
          </Group>
        )}
      </Stack>
    </>
  );
}

function Lives({ items, days }: { readonly items: readonly ToggleLife[]; readonly days: Days }) {
  const now = useNow();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const { archive, results, isRunning } = useArchiveMany();
  const keys = items.filter(({ key }) => chosen.has(key)).map(({ key }) => key);
  const set = (key: string, has: boolean) => {
    const next = new Set(chosen);
    if (has) next.add(key);
    else next.delete(key);
    setChosen(next);
  };
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <Allowed permission="toggle.write">
          <Button
            size="xs"
            color="red"
            variant="light"
            disabled={keys.length === 0}
            loading={isRunning}
            onClick={() => void archive(keys).then((isDone) => isDone && setChosen(new Set()))}
          >
            {keys.length === 0 ? "Archive those that are chosen" : `Archive ${keys.length}`}
          </Button>
        </Allowed>
        <Text size="sm" c="dimmed">
          {items.filter(({ life }) => life !== null && life.staleSince !== null).length} of {items.length}{" "}
          shown are stale.
        </Text>
      </Group>
      <Results results={results} />
      <ScrolledTable label="Toggles by their life" minWidth={720}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <Checkbox
                aria-label="Choose all"
                checked={keys.length === items.length}
                indeterminate={keys.length > 0 && keys.length < items.length}
                onChange={({ currentTarget }) =>
                  setChosen(new Set(currentTarget.checked ? items.map(({ key }) => key) : []))
                }
              />
            </Table.Th>
            <Table.Th>Toggle</Table.Th>
            <Table.Th ta="right">Age</Table.Th>
            <Table.Th>Stage</Table.Th>
            <Table.Th>Last seen</Table.Th>
            <Table.Th>Why</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <LifeRow
              key={item.key}
              item={item}
              days={days}
              now={now}
              isChosen={chosen.has(item.key)}
              onChoose={(has) => set(item.key, has)}
            />
          ))}
        </Table.Tbody>
      </ScrolledTable>
    </Stack>
  );
}

interface LifeRowProps {
  readonly item: ToggleLife;
  readonly days: Days;
  readonly now: number;
  readonly isChosen: boolean;
  readonly onChoose: (isChosen: boolean) => void;
}

function LifeRow({ item, days, now, isChosen, onChoose }: LifeRowProps) {
  const { tenant = "", project = "" } = useParams({ strict: false });
  const { key, life, expectedEnd } = item;
  const age = ageOf(item, now);
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          aria-label={`Choose ${key}`}
          checked={isChosen}
          onChange={({ currentTarget }) => onChoose(currentTarget.checked)}
        />
      </Table.Td>
      <Table.Td>
        <AnchorLink
          to="/t/$tenant/p/$project/toggles/$toggle"
          params={{ tenant, project, toggle: key }}
          size="sm"
          fw={600}
        >
          {key}
        </AnchorLink>
      </Table.Td>
      <Table.Td ta="right">{age === 1 ? "1 day" : `${age} days`}</Table.Td>
      <Table.Td>
        {life ? (
          <Group gap={4}>
            <Badge variant="light" color="gray" tt="none">
              {STAGE_NAMES[life.stage]}
            </Badge>
            {life.staleSince !== null && (
              <Badge variant="light" color="orange" tt="none">
                Stale
              </Badge>
            )}
          </Group>
        ) : (
          <Text size="sm" c="dimmed">
            not looked at yet
          </Text>
        )}
      </Table.Td>
      <Table.Td>{life?.lastSeenAt ? <TimeAgo at={life.lastSeenAt} /> : "never"}</Table.Td>
      <Table.Td>
        <Text size="sm">
          {life && reasonText(life.stage, days)} {expectedEnd !== null && `Expected until ${expectedEnd}.`}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}

function Results({ results }: { readonly results: readonly Archived[] }) {
  if (results.length === 0) return null;
  const failed = results.filter(({ problem }) => problem !== undefined);
  return (
    <Stack gap={4} role="status">
      <Text size="sm">
        {results.length - failed.length} archived{failed.length > 0 && `, ${failed.length} not`}.
      </Text>
      <List size="sm">
        {failed.map(({ key, problem }) => (
          <List.Item key={key}>
            {key}: {problem}
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}

/** Has a job look at every toggle of the tenant; the list follows once it has. */
function LookNow() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const put = usePutJob();
  const jobs = useJobs();
  const last = jobs.data?.items.find(({ kind }) => kind === "scan-stale-toggles");
  const isDone = last?.status === "succeeded";
  useEffect(() => {
    if (isDone) void queries.invalidateQueries({ queryKey: trpc.toggles.lifecycle.pathKey() });
  }, [isDone, queries, trpc]);
  const look = useMutation(trpc.toggles.scanStale.mutationOptions({ onSuccess: put, onError: tellProblem }));
  return (
    <Allowed permission="toggle.write">
      <Button
        size="xs"
        variant="default"
        loading={look.isPending || (last !== undefined && !isOver(last))}
        onClick={() => look.mutate()}
      >
        Look now
      </Button>
    </Allowed>
  );
}
