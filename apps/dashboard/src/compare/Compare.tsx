import { Button, Checkbox, Group, MultiSelect, Stack, Switch, Table, Text } from "@mantine/core";
import { IconArrowsDiff, IconEqual } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { EmptyState } from "../design/EmptyState.tsx";
import { AnchorLink } from "../design/links.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { type Environment, useEnvironments, useProject } from "../shell/place.ts";
import { OnOff } from "../toggles/OnOff.tsx";
import { CellDialog } from "./CellDialog.tsx";
import classes from "./compare.module.css";
import { PromoteBar } from "./PromoteBar.tsx";

type Row = Outputs["settings"]["compare"]["items"][number];
const ROUTE = "/signed-in/t/$tenant/p/$project/compare" as const;
const MOST = 5;

/** A project's environments beside each other: which toggles are set otherwise, and promoting them. */
export function Compare() {
  const environments = useEnvironments();
  return (
    <>
      <ScreenTitle
        title="Compare environments"
        description="The first environment is the source: the others are compared with it, and it is what is promoted."
      />
      {environments.length < 2 ? (
        <EmptyState icon={IconArrowsDiff} title="Nothing to compare">
          A comparison takes two environments of a project, and this one has{" "}
          {environments.length === 1 ? "one" : "none"} that you may read.
        </EmptyState>
      ) : (
        <Matrix />
      )}
    </>
  );
}

function Matrix() {
  const trpc = useTRPC();
  const { key: project } = useProject();
  const all = useEnvironments();
  const navigate = useNavigate({ from: "/t/$tenant/p/$project/compare" });
  const { environments: asked, all: isAll = false } = useSearch({ from: ROUTE });
  const chosen = chosenOf(asked, all);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [cell, setCell] = useState<{ readonly toggle: string; readonly to: string }>();
  const keys = chosen.map(({ key }) => key);
  const comparison = useInfiniteQuery(
    trpc.settings.compare.infiniteQueryOptions(
      { project, environments: keys, onlyDifferent: !isAll, limit: 100 },
      {
        getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
        placeholderData: (before) => before,
        enabled: keys.length >= 2,
      },
    ),
  );
  const rows = comparison.data?.pages.flatMap(({ items }) => items) ?? [];
  const [source] = chosen;
  const toggle = (key: string) => {
    const next = new Set(selected);
    if (!next.delete(key)) next.add(key);
    setSelected(next);
  };
  return (
    <>
      <Group align="flex-end" mb="md" gap="md">
        <MultiSelect
          label="Environments, the source first"
          flex="1 1 320px"
          maxValues={MOST}
          data={all.map(({ key, name }) => ({ value: key, label: name }))}
          value={keys}
          error={keys.length < 2 ? "Choose two at least." : undefined}
          onChange={(next) => {
            setSelected(new Set());
            void navigate({
              search: (before) => ({ ...before, environments: next.join(",") }),
              replace: true,
            });
          }}
        />
        <Switch
          label="Only differences"
          checked={!isAll}
          onChange={({ currentTarget: { checked } }) =>
            void navigate({
              search: (before) => ({ ...before, all: checked ? undefined : true }),
              replace: true,
            })
          }
          mb={8}
        />
      </Group>
      {keys.length < 2 ? null : comparison.isPending ? (
        <SkeletonRows rows={8} />
      ) : comparison.isError ? (
        <ProblemPanel error={comparison.error} onRetry={() => void comparison.refetch()} />
      ) : rows.length === 0 && !comparison.hasNextPage ? (
        <EmptyState icon={IconEqual} title={isAll ? "No toggle yet" : "Nothing differs"}>
          {isAll
            ? "This project has no toggle to compare."
            : `Every toggle is set the same in ${chosen.map(({ name }) => name).join(", ")}.`}
        </EmptyState>
      ) : (
        <Stack>
          <Rows
            rows={rows}
            environments={chosen}
            selected={selected}
            onToggle={toggle}
            onAll={(isOn) => setSelected(isOn ? new Set(rows.map(({ key }) => key)) : new Set())}
            onOpen={(key, to) => setCell({ toggle: key, to })}
          />
          {comparison.hasNextPage && (
            <Group>
              <Button
                variant="default"
                loading={comparison.isFetchingNextPage}
                onClick={() => void comparison.fetchNextPage()}
              >
                Compare more toggles
              </Button>
            </Group>
          )}
        </Stack>
      )}
      {source && (
        <PromoteBar
          rows={rows.filter(({ key }) => selected.has(key))}
          source={source}
          targets={chosen.slice(1)}
          onDone={() => setSelected(new Set())}
        />
      )}
      {cell && source && (
        <CellDialog toggle={cell.toggle} from={source.key} to={cell.to} onClose={() => setCell(undefined)} />
      )}
    </>
  );
}

interface RowsProps {
  readonly rows: readonly Row[];
  readonly environments: readonly Environment[];
  readonly selected: ReadonlySet<string>;
  readonly onToggle: (key: string) => void;
  readonly onAll: (isOn: boolean) => void;
  readonly onOpen: (toggle: string, to: string) => void;
}

function Rows({ rows, environments, selected, onToggle, onAll, onOpen }: RowsProps) {
  const { tenant, project } = useParams({ from: ROUTE });
  const isAll = rows.length > 0 && rows.every(({ key }) => selected.has(key));
  return (
    <Table.ScrollContainer
      minWidth={280 + environments.length * 150}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, role: "region", "aria-label": "Comparison" } }}
    >
      <Table withColumnBorders className={classes.matrix} aria-label="Toggles by environment">
        <Table.Thead>
          <Table.Tr>
            <Table.Th className={classes.first}>
              <Group gap="xs" wrap="nowrap">
                <Checkbox
                  aria-label="Select all that are shown"
                  checked={isAll}
                  indeterminate={!isAll && selected.size > 0}
                  onChange={() => onAll(!isAll)}
                />
                Toggle
              </Group>
            </Table.Th>
            {environments.map(({ key, name }, index) => (
              <Table.Th key={key}>
                {name}
                {index === 0 && (
                  <Text span size="xs" c="dimmed" fw={400}>
                    {" "}
                    (source)
                  </Text>
                )}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.key} aria-selected={selected.has(row.key)}>
              <Table.Th scope="row" className={classes.first} fw={400}>
                <Group gap="xs" wrap="nowrap">
                  <Checkbox
                    aria-label={`Select ${row.key}`}
                    checked={selected.has(row.key)}
                    onChange={() => onToggle(row.key)}
                  />
                  <AnchorLink
                    size="sm"
                    truncate
                    to="/t/$tenant/p/$project/toggles/$toggle/environments"
                    params={{ tenant, project, toggle: row.key }}
                  >
                    {row.key}
                  </AnchorLink>
                </Group>
              </Table.Th>
              {environments.map(({ key, name }, index) => (
                <Table.Td key={key}>
                  <Cell row={row} environment={key} name={name} isSource={index === 0} onOpen={onOpen} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface CellProps extends Pick<RowsProps, "onOpen"> {
  readonly row: Row;
  readonly environment: string;
  readonly name: string;
  readonly isSource: boolean;
}

function Cell({ row, environment, name, isSource, onOpen }: CellProps) {
  const setting = row.settings.find((each) => each.environment === environment);
  if (!setting)
    return (
      <Text size="sm" c="dimmed">
        Missing
      </Text>
    );
  const rules = setting.rules === 0 ? "" : `${setting.rules} ${setting.rules === 1 ? "rule" : "rules"}`;
  const state = (
    <Group gap={6} wrap="nowrap">
      <OnOff isOn={setting.enabled} />
      <Text span size="xs" c="dimmed">
        {rules}
      </Text>
    </Group>
  );
  if (isSource) return state;
  if (setting.group === row.settings[0]?.group) {
    return (
      <Group gap="xs">
        {state}
        <Text size="xs" c="dimmed">
          = same
        </Text>
      </Group>
    );
  }
  return (
    <Group gap="xs">
      {state}
      <Button
        size="compact-xs"
        variant="light"
        color="yellow"
        c="var(--mantine-color-text)"
        aria-label={`${row.key} differs in ${name}: show how`}
        onClick={() => onOpen(row.key, environment)}
      >
        ≠ differs
      </Button>
    </Group>
  );
}

/** Those that the address names, in its order; else the first that is not critical, and the others behind it. */
function chosenOf(asked: string | undefined, all: readonly Environment[]): readonly Environment[] {
  if (asked !== undefined)
    return asked.split(",").flatMap((key) => all.find((environment) => environment.key === key) ?? []);
  const source = all.find(({ critical }) => !critical) ?? all[0];
  const others = all.filter((each) => each !== source);
  return (source ? [source, ...others] : others).slice(0, MOST - 2);
}
