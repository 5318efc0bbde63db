import { Button, Group, Select, Text } from "@mantine/core";
import { IconPlus, IconToggleRight } from "@tabler/icons-react";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { Allowed } from "../design/Allowed.tsx";
import { EmptyState } from "../design/EmptyState.tsx";
import { FilteredToNothing } from "../design/FilteredToNothing.tsx";
import { ButtonLink } from "../design/links.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { NoEnvironment } from "../environments/NoEnvironment.tsx";
import { type Environment, useEnvironment, useEnvironments, useProject } from "../shell/place.ts";
import { useShortcut } from "../shell/shortcuts.ts";
import { BulkBar } from "./BulkBar.tsx";
import { EnvironmentChoice } from "./EnvironmentChoice.tsx";
import { SearchBox } from "./SearchBox.tsx";
import { readSearch } from "./search-syntax.ts";
import { ToggleTable } from "./ToggleTable.tsx";
import { type ToggleOrder, useToggleSearch } from "./toggle-search.ts";

const MOST_ENVIRONMENTS = 3;
const ROUTE = "/signed-in/t/$tenant/p/$project/toggles" as const;

/** Every toggle of a project: found, looked at, and switched. */
export function ToggleList() {
  const project = useProject();
  const environment = useEnvironment();
  return (
    <>
      <ScreenTitle
        title="Toggles"
        description={`Of the project ${project.name}`}
        actions={<CreateButton />}
      />
      {environment ? <List /> : <NoEnvironment />}
    </>
  );
}

function List() {
  const { q = "", sort = "key" } = useSearch({ from: ROUTE });
  const navigate = useNavigate({ from: "/t/$tenant/p/$project/toggles" });
  const environments = useEnvironments();
  const shown = useShownEnvironments();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const search = useMemo(
    () => readSearch(q, { environments: environments.map(({ key }) => key) }),
    [q, environments],
  );
  const keys = shown.map(({ key }) => key);
  const list = useToggleSearch({ filter: search.filter, environments: keys, order: sort });
  const toggles = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const total = list.data?.pages[0]?.total ?? null;
  const isSearched = Object.keys(search.filter).length > 0;

  const searchFor = (text: string) =>
    void navigate({ search: (before) => ({ ...before, q: text || undefined }), replace: true });
  return (
    <>
      <SearchBox query={q} search={search} onSearch={searchFor} />
      <Group justify="space-between" my="sm" gap="xs">
        <Text size="sm" c="dimmed" role="status">
          {total !== null && counted(total, isSearched)}
        </Text>
        <Group gap="xs">
          <EnvironmentChoice
            shown={keys}
            most={MOST_ENVIRONMENTS}
            onChoose={(chosen) =>
              void navigate({ search: (before) => ({ ...before, show: chosen.join(",") }), replace: true })
            }
          />
          <Select
            aria-label="Order"
            size="xs"
            w={150}
            allowDeselect={false}
            data={[
              { value: "key", label: "By key" },
              { value: "changed", label: "Last changed first" },
            ]}
            value={sort}
            onChange={(order) =>
              void navigate({
                search: (before) => ({ ...before, sort: (order ?? undefined) as ToggleOrder | undefined }),
                replace: true,
              })
            }
          />
        </Group>
      </Group>
      {list.isPending ? (
        <SkeletonRows rows={10} height={57} />
      ) : list.isError ? (
        <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />
      ) : toggles.length === 0 ? (
        isSearched ? (
          <FilteredToNothing
            what="toggles"
            filters={search.terms.map(({ text }) => text)}
            onClear={() => searchFor("")}
          />
        ) : (
          <NoToggle />
        )
      ) : (
        <ToggleTable
          toggles={toggles}
          total={total ?? toggles.length}
          environments={shown}
          selected={selected}
          onSelect={setSelected}
          hasMore={list.hasNextPage}
          onMore={() => {
            if (!list.isFetchingNextPage) void list.fetchNextPage();
          }}
        />
      )}
      <BulkBar
        toggles={toggles.filter(({ key }) => selected.has(key))}
        environments={shown}
        onDone={() => setSelected(new Set())}
      />
    </>
  );
}

/** Those that the person chose, else the one that the page is about and the next ones. */
function useShownEnvironments(): readonly Environment[] {
  const { show } = useSearch({ from: ROUTE });
  const environments = useEnvironments();
  const here = useEnvironment();
  return useMemo(() => {
    const chosen = environments.filter(({ key }) => show?.split(",").includes(key));
    const all = chosen.length > 0 ? chosen : environments;
    const inOrder = here && all.includes(here) ? [here, ...all.filter((each) => each !== here)] : all;
    return inOrder.slice(0, MOST_ENVIRONMENTS);
  }, [environments, here, show]);
}

function CreateButton() {
  const { tenant, project } = useParams({ from: ROUTE });
  const navigate = useNavigate();
  const to = "/t/$tenant/p/$project/new-toggle";
  const create = () => void navigate({ to, params: { tenant, project } });
  useShortcut({ keys: "c", does: "Create a toggle", section: "Toggles", run: create });
  return (
    <Allowed permission="toggle.write">
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={create}>
        Create toggle
      </Button>
    </Allowed>
  );
}

function NoToggle() {
  const { tenant, project } = useParams({ from: ROUTE });
  return (
    <EmptyState
      icon={IconToggleRight}
      title="No toggle yet"
      action={
        <ButtonLink to="/t/$tenant/p/$project/new-toggle" params={{ tenant, project }}>
          Create the first toggle
        </ButtonLink>
      }
      snippet={'if (client.isEnabled("new-checkout", { userId })) { … }'}
    >
      A toggle decides at run time who gets what, without a deploy. It begins switched off everywhere.
    </EmptyState>
  );
}

function counted(total: number, isSearched: boolean): string {
  const toggles = `${total.toLocaleString("en")} ${total === 1 ? "toggle" : "toggles"}`;
  return isSearched ? `${toggles} found` : toggles;
}
