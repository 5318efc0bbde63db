import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useParams, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { useTRPC } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { tell } from "../design/tell-undo.tsx";
import { useProject } from "../shell/place.ts";
import classes from "../toggles/toggle-tabs.module.css";

const SECTIONS = [
  { label: "General", to: "/t/$tenant/p/$project/settings/general" },
  { label: "Environments", to: "/t/$tenant/p/$project/settings/environments" },
  { label: "SDK keys", to: "/t/$tenant/p/$project/settings/keys" },
  { label: "Webhooks", to: "/t/$tenant/p/$project/settings/webhooks" },
  { label: "Context", to: "/t/$tenant/p/$project/settings/context" },
] as const;

/** Around every page of a project's settings. */
export function ProjectSettings() {
  const params = useParams({ from: "/signed-in/t/$tenant/p/$project/settings" });
  const { name } = useProject();
  return (
    <>
      <ScreenTitle title="Project settings" description={name} />
      <nav aria-label="Project settings" className={classes.tabs}>
        {SECTIONS.map(({ label, to }) => (
          <Link
            key={to}
            to={to}
            params={params}
            className={classes.tab}
            activeProps={{ "aria-current": "page" }}
          >
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  );
}

export function GeneralSettings() {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const project = useProject();
  const [name, setName] = useState(project.name);
  const rename = useMutation(
    trpc.projects.rename.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.projects.pathKey() });
        await router.invalidate();
        tell("Saved.");
      },
    }),
  );
  return (
    <form
      aria-label="General"
      onSubmit={(event) => {
        event.preventDefault();
        rename.mutate({ project: project.key, name });
      }}
    >
      <Stack maw={480}>
        <TextInput
          label="Name"
          required
          maxLength={100}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <TextInput
          label="Key"
          description="It is for good: addresses and programs know it."
          value={project.key}
          readOnly
        />
        {rename.isError && <ProblemPanel error={rename.error} />}
        <Group>
          <Allowed permission="project.write">
            <Button
              type="submit"
              loading={rename.isPending}
              disabled={name.trim() === "" || name === project.name}
            >
              Save
            </Button>
          </Allowed>
        </Group>
      </Stack>
    </form>
  );
}
