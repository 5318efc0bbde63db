import { Button, Group, Modal, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { IconFolder, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { problemOf } from "../api/problem.ts";
import { useTRPC } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { EmptyState } from "../design/EmptyState.tsx";
import { CardLink } from "../design/links.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { SkeletonCards } from "../design/skeletons.tsx";
import { useTenant } from "../shell/place.ts";
import { useShortcut } from "../shell/shortcuts.ts";
import { entityKeyFromName } from "../toggles/key-from-name.ts";

/** The tenant's projects that the person may read something of. */
export function ProjectList() {
  const trpc = useTRPC();
  const { slug, name } = useTenant();
  const [isOpen, setIsOpen] = useState(false);
  const projects = useQuery(trpc.projects.list.queryOptions());
  const open = () => setIsOpen(true);
  useShortcut({ keys: "c", does: "Create a project", section: "Projects", run: open });
  const create = (
    <Allowed permission="project.write">
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
        Create project
      </Button>
    </Allowed>
  );
  return (
    <>
      <ScreenTitle title="Projects" description={`Of ${name}`} actions={create} />
      {projects.isPending ? (
        <SkeletonCards height={84} />
      ) : projects.isError ? (
        <ProblemPanel error={projects.error} onRetry={() => void projects.refetch()} />
      ) : projects.data.length === 0 ? (
        <EmptyState icon={IconFolder} title="No project yet" action={create}>
          A project holds the toggles of one product, in each of its environments.
        </EmptyState>
      ) : (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
          {projects.data.map((project) => (
            <CardLink
              key={project.key}
              withBorder
              to="/t/$tenant/p/$project/toggles"
              params={{ tenant: slug, project: project.key }}
            >
              <Text fw={600}>{project.name}</Text>
              <Text size="sm" c="dimmed">
                {project.key}
              </Text>
            </CardLink>
          ))}
        </SimpleGrid>
      )}
      <Modal opened={isOpen} onClose={() => setIsOpen(false)} title="Create a project">
        <CreateProject onClose={() => setIsOpen(false)} />
      </Modal>
    </>
  );
}

/** A project begins with the two environments that most have. */
const FIRST_ENVIRONMENTS = [
  { key: "production", name: "Production" },
  { key: "staging", name: "Staging" },
] as const;

function CreateProject({ onClose }: { readonly onClose: () => void }) {
  const trpc = useTRPC();
  const { slug } = useTenant();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const [ownKey, setOwnKey] = useState<string>();
  const key = ownKey ?? entityKeyFromName(name);
  const addEnvironment = useMutation(trpc.environments.create.mutationOptions());
  const create = useMutation(trpc.projects.create.mutationOptions());
  const problem = create.isError ? problemOf(create.error) : undefined;

  async function save() {
    await create.mutateAsync({ key, name });
    for (const environment of FIRST_ENVIRONMENTS)
      await addEnvironment.mutateAsync({ project: key, ...environment });
    await queryClient.invalidateQueries({ queryKey: trpc.projects.pathKey() });
    onClose();
    await navigate({ to: "/t/$tenant/p/$project/toggles", params: { tenant: slug, project: key } });
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save().catch(() => undefined);
      }}
    >
      <Stack>
        <TextInput
          data-autofocus
          label="Name"
          required
          maxLength={100}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <TextInput
          label="Key"
          description="What addresses and programs say. It is for good."
          required
          value={key}
          spellCheck={false}
          error={problem?.code === "project_key_taken" ? problem.detail : problem?.issues[0]?.message}
          onChange={({ currentTarget }) => setOwnKey(currentTarget.value)}
        />
        <Text size="sm" c="dimmed">
          It begins with the environments production and staging.
        </Text>
        {create.isError && problem?.code !== "project_key_taken" && <ProblemPanel error={create.error} />}
        {addEnvironment.isError && <ProblemPanel error={addEnvironment.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={create.isPending || addEnvironment.isPending}
            disabled={name.trim() === "" || key === ""}
          >
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
