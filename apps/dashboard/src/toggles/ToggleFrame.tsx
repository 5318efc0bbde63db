import { Alert, Badge, Group } from "@mantine/core";
import { IconArchive } from "@tabler/icons-react";
import { Outlet, useParams } from "@tanstack/react-router";
import { CopyButton } from "../design/CopyButton.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { NoEnvironment } from "../environments/NoEnvironment.tsx";
import { useEnvironment } from "../shell/place.ts";
import { EnvironmentStates } from "./EnvironmentStates.tsx";
import { ToggleTabs } from "./ToggleTabs.tsx";
import { type Toggle, ToggleContext, useToggleQuery } from "./use-toggle.ts";

/** Around every tab of one toggle: what it is, where it is on, and the way to the tabs. */
export function ToggleFrame() {
  const { toggle: key } = useParams({ from: "/signed-in/t/$tenant/p/$project/toggles/$toggle" });
  const environment = useEnvironment();
  const toggle = useToggleQuery();
  return (
    <>
      <ScreenTitle title={key} description={toggle.data && <Description toggle={toggle.data} />}>
        {key} <CopyButton value={key} label="Copy the key" />
      </ScreenTitle>
      {!environment ? (
        <NoEnvironment />
      ) : toggle.isPending ? (
        <SkeletonRows />
      ) : toggle.isError ? (
        <ProblemPanel error={toggle.error} onRetry={() => void toggle.refetch()} />
      ) : (
        <ToggleContext.Provider value={toggle.data}>
          {toggle.data.archived && <Archived />}
          <EnvironmentStates />
          <ToggleTabs />
          <Outlet />
        </ToggleContext.Provider>
      )}
    </>
  );
}

function Description({ toggle: { name, kind, tags } }: { readonly toggle: Toggle }) {
  return (
    <Group gap="xs">
      {name && <span>{name}</span>}
      <Badge variant="default" size="sm" tt="none">
        {kind}
      </Badge>
      {tags.map((tag) => (
        <Badge key={tag} variant="light" color="gray" size="sm" tt="none">
          {tag}
        </Badge>
      ))}
    </Group>
  );
}

function Archived() {
  return (
    <Alert color="gray" variant="light" icon={<IconArchive />} title="Archived" mb="md">
      SDKs no longer know this toggle, and callers get their fallbacks. Its history stays, and its key is
      taken.
    </Alert>
  );
}
