import { Badge, Button, Checkbox, Group, Modal, Stack, Table, Text, TextInput } from "@mantine/core";
import { IconPlus, IconServer } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { problemOf } from "../api/problem.ts";
import { useTRPC } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { EmptyState } from "../design/EmptyState.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { type Environment, useEnvironments, useProject } from "../shell/place.ts";
import { useShortcut } from "../shell/shortcuts.ts";
import { entityKeyFromName } from "../toggles/key-from-name.ts";

/** A project's environments: made, named, and called critical where a slip hurts customers. */
export function EnvironmentSettings() {
  const environments = useEnvironments();
  const [open, setOpen] = useState<"new" | Environment>();
  const create = () => setOpen("new");
  useShortcut({ keys: "c", does: "Create an environment", section: "Settings", run: create });
  const button = (
    <Allowed permission="environment.write">
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={create}>
        Create environment
      </Button>
    </Allowed>
  );
  return (
    <>
      {environments.length === 0 ? (
        <EmptyState icon={IconServer} title="No environment yet" action={button}>
          Toggles are set in each environment by themselves, such as production and staging.
        </EmptyState>
      ) : (
        <>
          <Group justify="flex-end" mb="sm">
            {button}
          </Group>
          <Table verticalSpacing="sm" aria-label="Environments">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th visibleFrom="sm">Key</Table.Th>
                <Table.Th visibleFrom="md">Revision</Table.Th>
                <Table.Th>
                  <span hidden>Edit</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {environments.map((environment) => (
                <Table.Tr key={environment.key}>
                  <Table.Td>
                    <Group gap="xs">
                      {environment.name}
                      {environment.critical && (
                        <Badge size="sm" variant="light" color="red" tt="none">
                          Critical
                        </Badge>
                      )}
                    </Group>
                  </Table.Td>
                  <Table.Td visibleFrom="sm">
                    <Text size="sm" c="dimmed">
                      {environment.key}
                    </Text>
                  </Table.Td>
                  <Table.Td visibleFrom="md">
                    <Text size="sm" c="dimmed">
                      {environment.revision}
                    </Text>
                  </Table.Td>
                  <Table.Td ta="end">
                    <Allowed permission="environment.write" environment={environment.key}>
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={`Edit ${environment.name}`}
                        onClick={() => setOpen(environment)}
                      >
                        Edit
                      </Button>
                    </Allowed>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </>
      )}
      <Modal
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={open === "new" ? "Create an environment" : "Edit the environment"}
      >
        <EnvironmentForm environment={open === "new" ? undefined : open} onClose={() => setOpen(undefined)} />
      </Modal>
    </>
  );
}

interface EnvironmentFormProps {
  /** Left out for a new one. */
  readonly environment: Environment | undefined;
  readonly onClose: () => void;
}

function EnvironmentForm({ environment, onClose }: EnvironmentFormProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const { key: project } = useProject();
  const [name, setName] = useState(environment?.name ?? "");
  const [ownKey, setOwnKey] = useState(environment?.key);
  const [critical, setCritical] = useState(environment?.critical ?? false);
  const key = ownKey ?? entityKeyFromName(name);
  const done = {
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: trpc.environments.pathKey() });
      await router.invalidate();
      onClose();
    },
  };
  const create = useMutation(trpc.environments.create.mutationOptions(done));
  const update = useMutation(trpc.environments.update.mutationOptions(done));
  const error = create.error ?? update.error;
  const problem = error ? problemOf(error) : undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (environment) update.mutate({ project, environment: environment.key, name, critical });
        else create.mutate({ project, key, name, critical });
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
          description="It is for good: programs know it."
          required
          readOnly={environment !== undefined}
          value={key}
          spellCheck={false}
          error={problem?.code === "environment_key_taken" ? problem.detail : undefined}
          onChange={({ currentTarget }) => setOwnKey(currentTarget.value)}
        />
        <Checkbox
          label="Critical"
          description="Who changes something there is asked to type its key first, and it is shown in red."
          checked={critical}
          onChange={({ currentTarget }) => setCritical(currentTarget.checked)}
        />
        {problem && problem.code !== "environment_key_taken" && <ProblemPanel error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={create.isPending || update.isPending}
            disabled={name.trim() === "" || key === ""}
          >
            {environment ? "Save" : "Create"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
