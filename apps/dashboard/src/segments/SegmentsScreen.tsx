/** The project's segments: who belongs to each, and how many are listed. */
import { Button, Code, Group, Stack, Table, Text, TextInput } from "@mantine/core";
import { IconPlus, IconUsersGroup } from "@tabler/icons-react";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Allowed } from "../design/Allowed.tsx";
import { EmptyState } from "../design/EmptyState.tsx";
import { FilteredToNothing } from "../design/FilteredToNothing.tsx";
import { AnchorLink, ButtonLink } from "../design/links.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { ScrolledTable } from "../design/ScrolledTable.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { WhoName } from "../design/WhoName.tsx";
import { useSegments } from "./use-segments.ts";

const number = new Intl.NumberFormat("en");

export function SegmentsScreen() {
  const segments = useSegments();
  const { tenant = "", project = "" } = useParams({ strict: false });
  const create = (
    <Allowed permission="segment.write">
      <ButtonLink
        size="xs"
        to="/t/$tenant/p/$project/segments/new"
        params={{ tenant, project }}
        leftSection={<IconPlus size={14} aria-hidden />}
      >
        New segment
      </ButtonLink>
    </Allowed>
  );
  const isEmpty = segments.data?.pages[0]?.items.length === 0;
  return (
    <>
      <ScreenTitle title="Segments" actions={segments.isSuccess && !isEmpty && create} />
      {segments.isPending ? (
        <SkeletonRows />
      ) : segments.isError ? (
        <ProblemPanel error={segments.error} onRetry={() => void segments.refetch()} />
      ) : isEmpty ? (
        <EmptyState icon={IconUsersGroup} title="No segments yet" action={create} snippet={"segment('beta')"}>
          A segment is a condition or a list of ids with a name; rules of any toggle of the project ask it:
        </EmptyState>
      ) : (
        <List pages={segments} />
      )}
    </>
  );
}

function List({ pages }: { readonly pages: ReturnType<typeof useSegments> }) {
  const { tenant = "", project = "" } = useParams({ strict: false });
  const { find = "" } = useSearch({ from: "/signed-in/t/$tenant/p/$project/segments" });
  const navigate = useNavigate();
  const search = (text: string) =>
    void navigate({ to: ".", search: (before) => ({ ...before, find: text || undefined }), replace: true });
  const all = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const shown = all.filter(({ key, description }) =>
    `${key} ${description}`.toLowerCase().includes(find.toLowerCase()),
  );
  return (
    <Stack gap="sm">
      <TextInput
        aria-label="Find segments"
        placeholder="Find by key or description"
        size="xs"
        maw={280}
        value={find}
        onChange={({ currentTarget }) => search(currentTarget.value)}
      />
      {shown.length === 0 ? (
        <FilteredToNothing what="segments" filters={[find]} onClear={() => search("")} />
      ) : (
        <ScrolledTable label="Segments" minWidth={680}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Segment</Table.Th>
              <Table.Th>Condition</Table.Th>
              <Table.Th ta="right">Included</Table.Th>
              <Table.Th ta="right">Excluded</Table.Th>
              <Table.Th>Changed</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map(({ key, description, condition, included, excluded, updatedAt, updatedBy }) => (
              <Table.Tr key={key}>
                <Table.Td>
                  <AnchorLink
                    to="/t/$tenant/p/$project/segments/$segment"
                    params={{ tenant, project, segment: key }}
                    size="sm"
                    fw={600}
                  >
                    {key}
                  </AnchorLink>
                  {description && (
                    <Text size="xs" c="dimmed" lineClamp={1}>
                      {description}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td maw={280}>
                  {condition === null ? (
                    <Text size="sm" c="dimmed">
                      lists alone
                    </Text>
                  ) : (
                    <Code style={{ overflowWrap: "anywhere" }}>{condition.slice(0, 120)}</Code>
                  )}
                </Table.Td>
                <Table.Td ta="right">{number.format(included)}</Table.Td>
                <Table.Td ta="right">{number.format(excluded)}</Table.Td>
                <Table.Td>
                  <TimeAgo at={updatedAt} /> by <WhoName actor={updatedBy} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </ScrolledTable>
      )}
      {pages.hasNextPage && (
        <Group>
          <Button
            size="xs"
            variant="default"
            loading={pages.isFetchingNextPage}
            onClick={() => void pages.fetchNextPage()}
          >
            More segments
          </Button>
        </Group>
      )}
    </Stack>
  );
}
