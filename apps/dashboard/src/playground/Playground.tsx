/** What toggles serve to one user, and why. */

import type { EvaluationContext } from "@burgee/engine";
import { explain } from "@burgee/engine/explain";
import {
  Alert,
  Badge,
  Button,
  Card,
  Code,
  Grid,
  Group,
  MultiSelect,
  Skeleton,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
  Title,
  UnstyledButton,
  VisuallyHidden,
} from "@mantine/core";
import { useDebouncedCallback, useDebouncedValue } from "@mantine/hooks";
import { IconFlask } from "@tabler/icons-react";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { CopyButton } from "../design/CopyButton.tsx";
import { EmptyState } from "../design/EmptyState.tsx";
import { FilteredToNothing } from "../design/FilteredToNothing.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { useEnvironment, useEnvironments, useProject, useTenant } from "../shell/place.ts";
import { findDraft } from "../targeting/draft/draft-store.ts";
import { compileDraft, rulesetWith } from "../targeting/outcome/compile-draft.ts";
import { draftBasisOf } from "../targeting/outcome/draft-basis.ts";
import { ContextEditor } from "./ContextEditor.tsx";
import { readContext } from "./context-text.ts";
import { curlOf } from "./curl-of.ts";
import type { PlaygroundSearch } from "./search.ts";
import { traceOf } from "./server-trace.ts";
import { Trace } from "./Trace.tsx";

const FIRST_CONTEXT = '{\n  "userId": "ada"\n}';
const SETTLED_MS = 250;
const PAGE = 50;

type Evaluated = Outputs["toggles"]["evaluate"]["items"][number];

export function Playground() {
  const trpc = useTRPC();
  const { key: project } = useProject();
  const environments = useEnvironments();
  const environment = useEnvironment();
  const search: PlaygroundSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const [text, setText] = useState(search.context ?? FIRST_CONTEXT);
  const [filter, setFilter] = useState(search.q ?? "");
  const attributes = useQuery(trpc.contextAttributes.list.queryOptions({ project }));
  const change = (next: Partial<PlaygroundSearch>) =>
    void navigate({ to: ".", search: (before) => ({ ...before, ...next }), replace: true });
  const keepContext = useDebouncedCallback((context: string) => change({ context }), SETTLED_MS);
  const keepFilter = useDebouncedCallback((q: string) => change({ q: q === "" ? undefined : q }), SETTLED_MS);
  const declared = Object.fromEntries((attributes.data ?? []).map(({ name, type }) => [name, type]));
  const shown = search.in ?? (environment ? [environment.key] : []);
  return (
    <Stack gap="md">
      <ScreenTitle
        title="Playground"
        description="What is published, asked as a program asks it, by the same engine."
      />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Card withBorder padding="md">
            <Stack gap="md">
              <Stack gap="xs">
                <Title order={2} size="h5">
                  Context
                </Title>
                <ContextEditor
                  label="Context"
                  text={text}
                  attributes={declared}
                  onChange={(next) => {
                    setText(next);
                    keepContext(next);
                  }}
                />
              </Stack>
              <MultiSelect
                label="Environments"
                data={environments.map(({ key, name }) => ({ value: key, label: name }))}
                value={[...shown]}
                onChange={(keys) => change({ in: keys })}
              />
              <TextInput
                label="Toggles"
                placeholder="A part of their keys"
                value={filter}
                onChange={({ currentTarget: { value } }) => {
                  setFilter(value);
                  keepFilter(value);
                }}
              />
            </Stack>
          </Card>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Results
            text={text}
            environments={shown}
            search={search}
            onOpen={(toggle, at) => change({ toggle, at })}
            onClear={() => {
              setFilter("");
              change({ q: undefined });
            }}
          />
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

interface ResultsProps {
  readonly text: string;
  readonly environments: readonly string[];
  readonly search: PlaygroundSearch;
  readonly onOpen: (toggle: string | undefined, environment: string | undefined) => void;
  readonly onClear: () => void;
}

function Results({ text, environments, search, onOpen, onClear }: ResultsProps) {
  const trpc = useTRPC();
  const { key: project } = useProject();
  const [settled] = useDebouncedValue(text, SETTLED_MS);
  const read = useMemo(() => readContext(settled), [settled]);
  const context = read.ok ? read.context : {};
  const { q } = search;
  const pages = useQueries({
    queries: environments.map((environment) =>
      trpc.toggles.evaluate.queryOptions(
        { project, environment, context, limit: PAGE, ...(q !== undefined && { search: q }) },
        { enabled: read.ok, placeholderData: (before) => before },
      ),
    ),
  });
  if (!read.ok) {
    return (
      <Alert color="yellow" variant="light" role="status" title="This is no context yet">
        {read.reason}
      </Alert>
    );
  }
  if (environments.length === 0) {
    return (
      <EmptyState icon={IconFlask} title="Nowhere to ask">
        Choose an environment, and what its toggles serve stands here.
      </EmptyState>
    );
  }
  const failed = pages.find(({ isError }) => isError);
  if (failed) return <ProblemPanel error={failed.error} onRetry={() => void failed.refetch()} />;
  if (pages.some(({ isPending }) => isPending)) return <SkeletonRows rows={6} />;

  const columns = environments.map((environment, index) => ({
    environment,
    results: new Map(pages[index]?.data?.items.map((item) => [item.key, item])),
  }));
  const keys = [...new Set(columns.flatMap(({ results }) => [...results.keys()]))].sort();
  const hasMore = pages.some(({ data }) => data !== undefined && data.nextCursor !== null);
  if (keys.length === 0) {
    return q === undefined ? (
      <EmptyState icon={IconFlask} title="No toggles are published here">
        Create one, and try it here before anybody gets it.
      </EmptyState>
    ) : (
      <FilteredToNothing what="toggles" filters={[q]} onClear={onClear} />
    );
  }
  return (
    <Stack gap="md">
      <Table.ScrollContainer minWidth={180 + environments.length * 140}>
        <Table verticalSpacing={6} highlightOnHover aria-label="What each toggle serves">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Toggle</Table.Th>
              {environments.map((environment) => (
                <Table.Th key={environment}>{environment}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {keys.map((key) => (
              <Table.Tr key={key}>
                <Table.Td style={{ overflowWrap: "anywhere" }}>{key}</Table.Td>
                {columns.map(({ environment, results }) => (
                  <Table.Td key={environment}>
                    <Result
                      result={results.get(key)}
                      name={`${key} in ${environment}`}
                      isOpen={search.toggle === key && search.at === environment}
                      onOpen={() => onOpen(key, environment)}
                    />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {hasMore && (
        <Text size="sm" c="dimmed">
          The first {PAGE} toggles. Name a part of a key to find others.
        </Text>
      )}
      {search.toggle !== undefined && search.at !== undefined && (
        <Why
          key={`${search.toggle} ${search.at}`}
          toggle={search.toggle}
          environment={search.at}
          context={context}
          onClose={() => onOpen(undefined, undefined)}
        />
      )}
    </Stack>
  );
}

interface ResultProps {
  readonly result: Evaluated | undefined;
  readonly name: string;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}

function Result({ result, name, isOpen, onOpen }: ResultProps) {
  if (!result) {
    return (
      <Text size="sm" c="dimmed">
        not there
      </Text>
    );
  }
  const shown = result.variant ?? "the program's default";
  return (
    <UnstyledButton onClick={onOpen} aria-pressed={isOpen} style={{ minHeight: 24 }}>
      <Group gap={6} wrap="nowrap">
        <VisuallyHidden>Why {name} serves </VisuallyHidden>
        <Badge variant={isOpen ? "filled" : "light"} tt="none">
          {shown}
        </Badge>
        <Text size="xs" c="dimmed">
          {result.reason.toLowerCase().replaceAll("_", " ")}
        </Text>
      </Group>
    </UnstyledButton>
  );
}

interface WhyProps {
  readonly toggle: string;
  readonly environment: string;
  readonly context: EvaluationContext;
  readonly onClose: () => void;
}

/** One result, step by step. */
function Why({ toggle, environment, context, onClose }: WhyProps) {
  const trpc = useTRPC();
  const { slug: tenant } = useTenant();
  const { key: project } = useProject();
  const [isOfDraft, setOfDraft] = useState(false);
  const draft = findDraft({ tenant, project, environment, toggle });
  const published = useQuery(
    trpc.toggles.explain.queryOptions(
      { project, environment, key: toggle, context },
      { placeholderData: (before) => before },
    ),
  );
  const definition = useQuery(trpc.toggles.get.queryOptions({ project, environment, key: toggle }));
  const drafted = useDrafted({ toggle, environment, context, isOn: isOfDraft });
  const setting = definition.data?.settings.find((each) => each.environment === environment);
  const rules = isOfDraft && draft ? draft.draft.rules : (setting?.rules ?? []);
  const titles = Object.fromEntries(rules.flatMap(({ id, title }) => (title ? [[id, title] as const] : [])));
  const shown = isOfDraft
    ? drafted
    : published.data && {
        evaluation: published.data,
        trace: traceOf(published.data),
        isCut: published.data.explanation?.isCut,
      };
  const curl = curlOf({ origin: window.location.origin, project, environment, toggle, context });
  return (
    <Card withBorder padding="md" component="section" aria-labelledby="why">
      <Stack gap="md">
        <Group justify="space-between" align="flex-start">
          <Title order={2} size="h5" id="why" style={{ overflowWrap: "anywhere" }}>
            Why {toggle} serves this in {environment}
          </Title>
          <Group gap="xs">
            {draft && (
              <Switch
                size="sm"
                label="With my unpublished draft"
                checked={isOfDraft}
                onChange={({ currentTarget: { checked } }) => setOfDraft(checked)}
              />
            )}
            <Button size="xs" variant="default" onClick={onClose}>
              Close
            </Button>
          </Group>
        </Group>
        {published.isError && <ProblemPanel error={published.error} />}
        {!shown && !published.isError && <Skeleton height={160} />}
        {shown && (
          <>
            <Text size="sm" role="status">
              <b>{shown.evaluation.variant ?? "The program's own default"}</b>, the value{" "}
              <Code>{JSON.stringify(shown.evaluation.value ?? null)}</Code>
            </Text>
            {shown.trace ? (
              <Trace trace={shown.trace} titles={titles} />
            ) : (
              <Text size="sm">Nothing was asked.</Text>
            )}
            {shown.isCut && <Text size="xs">The trace is longer than what is shown.</Text>}
          </>
        )}
        <Stack gap={4}>
          <Group gap={4}>
            <Text size="xs" c="dimmed">
              The same from a terminal
            </Text>
            <CopyButton value={curl} label="Copy as curl" />
            <CopyButton value={window.location.href} label="Copy a link to this result" />
          </Group>
          <Code block tabIndex={0}>
            {curl}
          </Code>
        </Stack>
      </Stack>
    </Card>
  );
}

interface DraftedProps {
  readonly toggle: string;
  readonly environment: string;
  readonly context: EvaluationContext;
  readonly isOn: boolean;
}

/** The draft of this tab, explained here: the server has never seen it. */
function useDrafted({ toggle, environment, context, isOn }: DraftedProps) {
  const trpc = useTRPC();
  const { slug: tenant } = useTenant();
  const { key: project } = useProject();
  const basis = useQuery(
    trpc.settings.draftBasis.queryOptions(
      { project, environment, toggle },
      { enabled: isOn, select: draftBasisOf },
    ),
  );
  const draft = findDraft({ tenant, project, environment, toggle });
  if (!isOn || !basis.data || !draft) return undefined;
  return explain(rulesetWith(basis.data, compileDraft(basis.data, draft.draft)), toggle, context);
}
