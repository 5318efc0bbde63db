/** How often SDKs evaluated a toggle, what it served, and which SDKs know what is published. */
import { Badge, Code, Group, SegmentedControl, Stack, Table, Text, Title } from "@mantine/core";
import { IconChartBar } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTRPC } from "../api/trpc.ts";
import { EmptyState } from "../design/EmptyState.tsx";
import { AnchorLink } from "../design/links.tsx";
import { PictureWithTable } from "../design/PictureWithTable.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScrolledTable } from "../design/ScrolledTable.tsx";
import { SkeletonChart, SkeletonRows } from "../design/skeletons.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { useProject } from "../shell/place.ts";
import { useToggle } from "../toggles/use-toggle.ts";
import { type Column, columnsOf, FALLBACK, usageSentence } from "./columns.ts";
import { type ChangeMark, StackedColumns } from "./StackedColumns.tsx";
import { SPAN_LENGTHS, SPANS, type Span } from "./spans.ts";
import { useUsage } from "./use-usage.ts";

const number = new Intl.NumberFormat("en");

export function InsightsScreen() {
  const { span = "24h" } = useSearch({ from: "/signed-in/t/$tenant/p/$project/toggles/$toggle/insights" });
  const navigate = useNavigate();
  return (
    <Stack gap="xl">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4">
            Evaluations
          </Title>
          <SegmentedControl
            size="xs"
            aria-label="How far back"
            value={span}
            onChange={(next) =>
              void navigate({ to: ".", search: (search) => ({ ...search, span: next as Span }) })
            }
            data={SPANS.map((each) => ({ value: each, label: SPAN_LENGTHS[each].name }))}
          />
        </Group>
        <Evaluations span={span} />
      </Stack>
      <Stack gap="sm">
        <Title order={2} size="h4">
          SDKs in the last hour
        </Title>
        <Sdks />
      </Stack>
    </Stack>
  );
}

function Evaluations({ span }: { readonly span: Span }) {
  const toggle = useToggle();
  const { usage, changes } = useUsage(span);
  if (usage.isPending) return <SkeletonChart />;
  if (usage.isError) return <ProblemPanel error={usage.error} onRetry={() => void usage.refetch()} />;
  const { data } = usage;
  const { pieceMs, name } = SPAN_LENGTHS[span];
  if (data.hours.length === 0) return <NoEvaluations lastHour={data.lastEvaluatedHour} span={name} />;

  const columns = columnsOf(data, pieceMs);
  const variants = Object.keys(toggle.variants);
  const fromMs = columns[0]?.fromMs ?? 0;
  const marks = changes.filter(({ atMs }) => atMs >= fromMs);
  const sentence = usageSentence(data, name);
  return (
    <>
      <PictureWithTable
        label="evaluations over time"
        summary={sentence}
        picture={<StackedColumns columns={columns} variants={variants} marks={marks} label={sentence} />}
        table={<ColumnTable columns={columns} variants={variants} />}
      />
      <Changes marks={marks} />
      {data.isCut && (
        <Text size="sm" c="dimmed">
          There is more than is shown here; look at a shorter time.
        </Text>
      )}
    </>
  );
}

function Changes({ marks }: { readonly marks: readonly ChangeMark[] }) {
  if (marks.length === 0) return null;
  return (
    <Group gap="xs">
      <Text size="sm" c="dimmed">
        Changed meanwhile:
      </Text>
      {marks.map(({ version, atMs }) => (
        <Text key={version} size="sm" component="span">
          <AnchorLink
            from="/t/$tenant/p/$project/toggles/$toggle/insights"
            to="/t/$tenant/p/$project/toggles/$toggle/history"
            search={(before) => ({ env: before.env, version })}
            size="sm"
          >
            version {version}
          </AnchorLink>{" "}
          <TimeAgo at={new Date(atMs)} />
        </Text>
      ))}
    </Group>
  );
}

function ColumnTable({
  columns,
  variants,
}: {
  readonly columns: readonly Column[];
  readonly variants: readonly string[];
}) {
  const shown = [...variants, FALLBACK].filter((variant) =>
    columns.some(({ counts }) => (counts[variant] ?? 0) > 0),
  );
  return (
    <ScrolledTable label="Evaluations over time">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>From</Table.Th>
          {shown.map((variant) => (
            <Table.Th key={variant} ta="right">
              {variant}
            </Table.Th>
          ))}
          <Table.Th ta="right">All</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {columns.toReversed().map(({ fromMs, counts, total }) => (
          <Table.Tr key={fromMs}>
            <Table.Td>
              {new Date(fromMs).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })}
            </Table.Td>
            {shown.map((variant) => (
              <Table.Td key={variant} ta="right">
                {number.format(counts[variant] ?? 0)}
              </Table.Td>
            ))}
            <Table.Td ta="right">{number.format(total)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrolledTable>
  );
}

function NoEvaluations({ lastHour, span }: { readonly lastHour: string | null; readonly span: string }) {
  const { key, environment, kind } = useToggle();
  const call =
    kind === "boolean"
      ? `client.isEnabled("${key}", { userId });`
      : `client.value("${key}", fallback, { userId });`;
  return (
    <EmptyState icon={IconChartBar} title={`No evaluations in ${environment}`} snippet={call}>
      {lastHour === null ? (
        "No SDK has told of one yet. They do once a minute, when a program asks for the toggle:"
      ) : (
        <>
          None in the last {span}; the last one came <TimeAgo at={lastHour} />. Programs ask for it like this:
        </>
      )}
    </EmptyState>
  );
}

/** By what they tell with their usage; of the environment, since a connection is there for all of its toggles. */
function Sdks() {
  const trpc = useTRPC();
  const { key: project } = useProject();
  const { environment } = useToggle();
  const delivery = useQuery(trpc.environments.delivery.queryOptions({ project, environment }));
  if (delivery.isPending) return <SkeletonRows rows={2} />;
  if (delivery.isError)
    return <ProblemPanel error={delivery.error} onRetry={() => void delivery.refetch()} />;
  const { sdks, published } = delivery.data;
  if (sdks.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No SDK of {environment} told of itself in the last hour. They do with their usage, once a minute while
        there is any.
      </Text>
    );
  }
  return (
    <ScrolledTable label="SDKs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>SDK</Table.Th>
          <Table.Th>Ruleset</Table.Th>
          <Table.Th ta="right">Reports</Table.Th>
          <Table.Th>Last told</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {sdks.map(({ sdkKeyId, sdk, applied, isCurrent, batches, lastToldAt }) => (
          <Table.Tr key={`${sdkKeyId} ${sdk.name} ${sdk.version} ${applied}`}>
            <Table.Td>
              {sdk.name} <Code>{sdk.version}</Code>
            </Table.Td>
            <Table.Td>
              <Badge variant="light" color={isCurrent ? "green" : "orange"}>
                {isCurrent ? "Current" : lagText(applied, published?.revision)}
              </Badge>
            </Table.Td>
            <Table.Td ta="right">{number.format(batches)}</Table.Td>
            <Table.Td>
              <TimeAgo at={lastToldAt} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrolledTable>
  );
}

function lagText(applied: string | null, published: number | undefined): string {
  if (applied === null) return "None yet";
  const revision = Number(applied.split(".").at(-1));
  return published === undefined ? `Revision ${revision}` : `Revision ${revision} of ${published}`;
}
