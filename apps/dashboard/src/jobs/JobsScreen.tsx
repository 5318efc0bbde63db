/** All work of the tenant that takes long, and what failed for good. */
import { Button, Code, Select, Stack, Table, Text, Title } from "@mantine/core";
import { IconProgressCheck } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { codeOf } from "../api/problem.ts";
import { useTRPC } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { EmptyState } from "../design/EmptyState.tsx";
import { FilteredToNothing } from "../design/FilteredToNothing.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { ScrolledTable } from "../design/ScrolledTable.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { tell, tellProblem } from "../design/tell-undo.tsx";
import { JobCard } from "./JobCard.tsx";
import { type Job, STATUSES } from "./job.ts";
import { JOB_STATUSES } from "./job-search.ts";
import { useJobs } from "./use-jobs.ts";

export function JobsScreen() {
  return (
    <>
      <ScreenTitle
        title="Jobs"
        description="Work that takes a while, such as exports. It goes on without you."
      />
      <Stack gap="xl">
        <Jobs />
        <DeadLetters />
      </Stack>
    </>
  );
}

function Jobs() {
  const jobs = useJobs();
  const { status } = useSearch({ from: "/signed-in/t/$tenant/jobs" });
  const navigate = useNavigate();
  const choose = (next: Job["status"] | undefined) =>
    void navigate({ to: ".", search: (search) => ({ ...search, status: next }) });
  if (jobs.isPending) return <SkeletonRows rows={4} height={88} />;
  if (jobs.isError) return <ProblemPanel error={jobs.error} onRetry={() => void jobs.refetch()} />;
  const { items } = jobs.data;
  if (items.length === 0) {
    return (
      <EmptyState icon={IconProgressCheck} title="No jobs yet">
        An export of the audit log is one: it is shown here with how far it is, and kept for you to download.
      </EmptyState>
    );
  }
  const shown = items.filter((job) => status === undefined || job.status === status);
  return (
    <Stack gap="sm" maw={760}>
      <Select
        label="Status"
        size="xs"
        w={200}
        clearable
        clearButtonProps={{ "aria-label": "Any status" }}
        placeholder="Any"
        data={JOB_STATUSES.map((each) => ({ value: each, label: STATUSES[each].label }))}
        value={status ?? null}
        onChange={(value) => choose(JOB_STATUSES.find((each) => each === value))}
      />
      {shown.length === 0 && status !== undefined ? (
        <FilteredToNothing what="jobs" filters={[STATUSES[status].label]} onClear={() => choose(undefined)} />
      ) : (
        shown.map((job) => <JobCard key={job.id} job={job} />)
      )}
    </Stack>
  );
}

/** For who may manage jobs; others are not told of them. */
function DeadLetters() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const letters = useQuery(trpc.jobs.deadLetters.queryOptions({ limit: 50 }));
  const replay = useMutation(
    trpc.jobs.replay.mutationOptions({
      onSuccess: () => tell("It is being done again."),
      onError: tellProblem,
      onSettled: () => queries.invalidateQueries({ queryKey: trpc.jobs.pathKey() }),
    }),
  );
  if (letters.isPending || (letters.isError && codeOf(letters.error) === "forbidden")) return null;
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        Failed for good
      </Title>
      {letters.isError ? (
        <ProblemPanel error={letters.error} onRetry={() => void letters.refetch()} />
      ) : letters.data.items.length === 0 ? (
        <Text c="dimmed" size="sm">
          Nothing did.
        </Text>
      ) : (
        <ScrolledTable label="What failed for good">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>What</Table.Th>
              <Table.Th>Why</Table.Th>
              <Table.Th>When</Table.Th>
              <Table.Th>
                <Text span size="sm" c="dimmed">
                  Again
                </Text>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {letters.data.items.map(({ id, source, error, attempts, at, replayedAt }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  <Code>{source}</Code>
                </Table.Td>
                <Table.Td>
                  {error ?? "The reason stands in the log of the service."} Tried {attempts} times.
                </Table.Td>
                <Table.Td>
                  <TimeAgo at={at} />
                </Table.Td>
                <Table.Td>
                  {replayedAt === null ? (
                    <Allowed permission="job.manage">
                      <Button
                        size="compact-xs"
                        variant="default"
                        aria-label={`Do ${source} again`}
                        onClick={() => replay.mutate({ id })}
                      >
                        Do it again
                      </Button>
                    </Allowed>
                  ) : (
                    <>
                      done again <TimeAgo at={replayedAt} />
                    </>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </ScrolledTable>
      )}
    </Stack>
  );
}
