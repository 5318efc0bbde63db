/** Every version that a toggle's setting had in one environment: who, when, why; the difference of any two; and the way back. */
import {
  Alert,
  Badge,
  Button,
  Card,
  Grid,
  Group,
  List,
  Select,
  Skeleton,
  Stack,
  Tabs,
  Text,
  Title,
  UnstyledButton,
} from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTRPC, useTRPCClient } from "../api/trpc.ts";
import { CopyButton } from "../design/CopyButton.tsx";
import { EmptyState } from "../design/EmptyState.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { WhoName } from "../design/WhoName.tsx";
import { useIsAllowed } from "../shell/permissions.ts";
import { useEnvironment, useProject, useTenant } from "../shell/place.ts";
import { useShortcut } from "../shell/shortcuts.ts";
import { draftOf } from "../targeting/draft/draft.ts";
import { startDraft } from "../targeting/draft/draft-store.ts";
import { JsonText } from "../targeting/review/JsonText.tsx";
import { Sentence } from "../targeting/sentences/Sentence.tsx";
import { changesOf, patchText, type Version, versionText } from "./version-text.ts";

const SideBySide = lazy(async () => ({
  default: (await import("../targeting/editor/SideBySide.tsx")).SideBySide,
}));

const PAGE = 50;
const FROM_NEWEST: number | undefined = undefined;

export function History() {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const { key: project } = useProject();
  const environment = useEnvironment()?.key ?? "";
  const { toggle = "" } = useParams({ strict: false });
  const { version: shown, against } = useSearch({ strict: false });
  const place = { project, environment, toggle };
  const pages = useInfiniteQuery({
    queryKey: [...trpc.settings.history.pathKey(), "pages", place],
    queryFn: ({ pageParam: before }) =>
      client.settings.history.query({ ...place, limit: PAGE, ...(before !== undefined && { before }) }),
    initialPageParam: FROM_NEWEST,
    getNextPageParam: ({ nextBefore }) => nextBefore ?? undefined,
    enabled: environment !== "",
  });
  const versions = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const [newest] = versions;
  const number = shown ?? newest?.version;
  // A link may name one that no page has brought yet.
  const one = useVersion(number, versions);
  const other = useVersion(against ?? (number === undefined ? undefined : number - 1), versions);
  const choose = useChoose();

  useShortcut({ keys: "j", does: "The version before", section: "History", run: () => step(1) });
  useShortcut({ keys: "k", does: "The version after", section: "History", run: () => step(-1) });
  const step = (by: number) => {
    const next = versions[versions.findIndex(({ version }) => version === number) + by];
    if (next) choose({ version: next.version, against: undefined });
  };

  if (pages.isPending) return <SkeletonRows rows={6} height={64} />;
  if (pages.isError) return <ProblemPanel error={pages.error} onRetry={() => void pages.refetch()} />;
  if (!newest) {
    return (
      <EmptyState icon={IconHistory} title="No versions yet">
        Each change of this toggle in {environment} will stand here, with who made it and why.
      </EmptyState>
    );
  }
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Stack gap="xs">
          <Stack
            component="ol"
            gap={4}
            m={0}
            p={0}
            style={{ listStyle: "none" }}
            aria-label={`Versions in ${environment}`}
          >
            {versions.map((version) => (
              <li key={version.version}>
                <VersionRow
                  version={version}
                  isShown={version.version === number}
                  isNewest={version.version === newest.version}
                  onShow={() => choose({ version: version.version, against: undefined })}
                />
              </li>
            ))}
          </Stack>
          {pages.hasNextPage && (
            <Button
              variant="default"
              loading={pages.isFetchingNextPage}
              onClick={() => void pages.fetchNextPage()}
            >
              Older versions
            </Button>
          )}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 8 }}>
        {one ? (
          <Shown
            version={one}
            before={other}
            newest={newest}
            others={versions}
            onCompare={(next) => choose({ version: one.version, against: next })}
          />
        ) : (
          <Skeleton height={240} />
        )}
      </Grid.Col>
    </Grid>
  );
}

/** From the pages that are there, else asked for by itself. */
function useVersion(number: number | undefined, versions: readonly Version[]): Version | undefined {
  const trpc = useTRPC();
  const { key: project } = useProject();
  const environment = useEnvironment()?.key ?? "";
  const { toggle = "" } = useParams({ strict: false });
  const known = versions.find(({ version }) => version === number);
  const asked = useQuery(
    trpc.settings.history.queryOptions(
      { project, environment, toggle, before: (number ?? 0) + 1, limit: 1 },
      { enabled: !known && number !== undefined && number > 0 && environment !== "" },
    ),
  );
  if (known) return known;
  const [found] = asked.data?.items ?? [];
  return found?.version === number ? found : undefined;
}

function useChoose() {
  const navigate = useNavigate();
  return (chosen: { readonly version: number; readonly against: number | undefined }) =>
    void navigate({ to: ".", search: (before) => ({ ...before, ...chosen }), replace: true });
}

interface VersionRowProps {
  readonly version: Version;
  readonly isShown: boolean;
  readonly isNewest: boolean;
  readonly onShow: () => void;
}

function VersionRow({
  version: { version, actor, at, comment, enabled },
  isShown,
  isNewest,
  onShow,
}: VersionRowProps) {
  return (
    <UnstyledButton
      onClick={onShow}
      aria-current={isShown ? "true" : undefined}
      p="xs"
      w="100%"
      style={{
        borderRadius: "var(--mantine-radius-sm)",
        border: `1px solid ${isShown ? "var(--mantine-primary-color-filled)" : "var(--mantine-color-default-border)"}`,
        ...(isShown && { background: "var(--mantine-primary-color-light)" }),
      }}
    >
      <Group gap="xs" justify="space-between">
        <Text size="sm" fw={650}>
          Version {version}
        </Text>
        <Group gap={4}>
          {isNewest && (
            <Badge size="xs" variant="light" tt="none">
              published
            </Badge>
          )}
          <Badge size="xs" variant="default" tt="none">
            {enabled ? "on" : "off"}
          </Badge>
        </Group>
      </Group>
      <Text size="xs" component="div">
        <WhoName actor={actor} />, <TimeAgo at={at} />
      </Text>
      {comment !== null && (
        <Text size="sm" lineClamp={2} style={{ overflowWrap: "anywhere" }}>
          {comment}
        </Text>
      )}
    </UnstyledButton>
  );
}

interface ShownProps {
  readonly version: Version;
  /** What it is held against; undefined for the first one. */
  readonly before: Version | undefined;
  readonly newest: Version;
  readonly others: readonly Version[];
  readonly onCompare: (against: number) => void;
}

function Shown({ version, before, newest, others, onCompare }: ShownProps) {
  const [tab, setTab] = useState<string | null>("sentences");
  return (
    <Card withBorder padding="md">
      <Stack gap="md">
        <Group justify="space-between" align="flex-start">
          <Stack gap={2}>
            <Group gap={4}>
              <Title order={2} size="h4">
                Version {version.version}
              </Title>
              <CopyButton value={permalinkOf(version)} label="Copy a link to this version" />
            </Group>
            <Text size="sm" c="dimmed" component="div">
              <WhoName actor={version.actor} />, <TimeAgo at={version.at} />; revision {version.revision}
            </Text>
            {version.comment !== null && (
              <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
                {version.comment}
              </Text>
            )}
          </Stack>
          <Restore version={version} newest={newest} />
        </Group>
        {before ? (
          <>
            <Select
              label="Held against"
              data={others
                .filter((each) => each.version !== version.version)
                .map((each) => String(each.version))}
              value={String(before.version)}
              onChange={(value) => value !== null && onCompare(Number(value))}
              allowDeselect={false}
              w={160}
            />
            <Tabs value={tab} onChange={setTab} keepMounted={false}>
              <Tabs.List>
                <Tabs.Tab value="sentences">What changed</Tabs.Tab>
                <Tabs.Tab value="sides">Side by side</Tabs.Tab>
                <Tabs.Tab value="patch">JSON Patch</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="sentences" pt="sm">
                <Changes before={before} after={version} />
              </Tabs.Panel>
              <Tabs.Panel value="sides" pt="sm">
                <Suspense fallback={<Skeleton height={240} />}>
                  <SideBySide
                    before={versionText(before)}
                    after={versionText(version)}
                    labels={[`Version ${before.version}`, `Version ${version.version}`]}
                  />
                </Suspense>
              </Tabs.Panel>
              <Tabs.Panel value="patch" pt="sm">
                <JsonText
                  text={patchText(before, version)}
                  label={`Patch from version ${before.version} to version ${version.version}`}
                />
              </Tabs.Panel>
            </Tabs>
          </>
        ) : (
          <Stack gap="sm">
            <Text size="sm">The first version: with it the toggle came to be here.</Text>
            <JsonText text={versionText(version)} label={`Version ${version.version} as JSON`} />
          </Stack>
        )}
      </Stack>
    </Card>
  );
}

function permalinkOf({ version }: Version): string {
  const link = new URL(window.location.href);
  link.searchParams.set("version", String(version));
  return link.href;
}

function Changes({ before, after }: { readonly before: Version; readonly after: Version }) {
  const changes = changesOf(before, after);
  if (changes.length === 0) return <Text size="sm">Nothing that shows: both say the same.</Text>;
  return (
    <List spacing={6} data-testid="version-changes">
      {changes.map(({ path, phrase }) => (
        <List.Item key={path}>
          <Sentence phrase={phrase} />
        </List.Item>
      ))}
    </List>
  );
}

/** As a draft: what was is looked at, and published like any other change. */
function Restore({ version, newest }: Pick<ShownProps, "version" | "newest">) {
  const { slug: tenant } = useTenant();
  const { key: project } = useProject();
  const environment = useEnvironment()?.key ?? "";
  const { toggle = "" } = useParams({ strict: false });
  const navigate = useNavigate();
  const isAllowed = useIsAllowed("toggle.write", environment);
  if (version.version === newest.version) return null;
  const missing = Object.keys(version.variants).filter((variant) => !Object.hasOwn(newest.variants, variant));
  const restore = () => {
    const base = draftOf(newest);
    startDraft(
      { tenant, project, environment, toggle },
      { version: newest.version, base, draft: draftOf(version) },
    );
    void navigate({
      to: "/t/$tenant/p/$project/toggles/$toggle/targeting",
      params: { tenant, project, toggle },
      search: { env: environment },
    });
  };
  return (
    <Stack gap="xs" align="flex-end">
      <Button
        variant="default"
        onClick={restore}
        disabled={!isAllowed}
        title={isAllowed ? undefined : "This needs the permission toggle.write."}
      >
        Restore as a draft
      </Button>
      {missing.length > 0 && (
        <Alert color="yellow" variant="light" p="xs">
          <Text size="xs">It may serve variants that are no more: {missing.join(", ")}.</Text>
        </Alert>
      )}
    </Stack>
  );
}
