import { Badge, Button, Checkbox, Group, Modal, Select, Stack, Table, Text, TextInput } from "@mantine/core";
import { IconPlus, IconUserCircle } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../api/problem.ts";
import { type Inputs, type Outputs, useTRPC } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { confirmDanger } from "../design/confirm-danger.tsx";
import { EmptyState } from "../design/EmptyState.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { tell, tellProblem } from "../design/tell-undo.tsx";
import { useProject } from "../shell/place.ts";
import { useShortcut } from "../shell/shortcuts.ts";

type Attribute = Outputs["contextAttributes"]["list"][number];
type AttributeInput = Inputs["contextAttributes"]["set"];

/** What the project declares of the contexts that its programs send. */
export function ContextSettings() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { key: project } = useProject();
  const [open, setOpen] = useState<"new" | Attribute>();
  const attributes = useQuery(trpc.contextAttributes.list.queryOptions({ project }));
  const remove = useMutation(
    trpc.contextAttributes.remove.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.contextAttributes.pathKey() });
        tell("Removed.");
      },
      onError: tellProblem,
    }),
  );
  const declare = () => setOpen("new");
  useShortcut({ keys: "c", does: "Declare an attribute", section: "Settings", run: declare });

  async function askToRemove({ name }: Attribute) {
    const consequences = "Conditions that need its type stop this, and are named.";
    if (await confirmDanger({ title: `Remove ${name}?`, typed: name, confirm: "Remove", consequences }))
      remove.mutate({ project, name });
  }
  const button = (
    <Allowed permission="context_attribute.write">
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={declare}>
        Declare attribute
      </Button>
    </Allowed>
  );
  if (attributes.isPending) return <SkeletonRows rows={5} />;
  if (attributes.isError)
    return <ProblemPanel error={attributes.error} onRetry={() => void attributes.refetch()} />;
  return (
    <>
      {attributes.data.length === 0 ? (
        <EmptyState icon={IconUserCircle} title="No attribute declared" action={button}>
          Conditions are checked against the types that you declare, and events record only attributes that
          may be recorded.
        </EmptyState>
      ) : (
        <>
          <Group justify="flex-end" mb="sm">
            {button}
          </Group>
          <Table verticalSpacing="sm" aria-label="Context attributes">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Attribute</Table.Th>
                <Table.Th>Type</Table.Th>
                <Table.Th>
                  <span hidden>Actions</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {attributes.data.map((attribute) => (
                <Table.Tr key={attribute.name}>
                  <Table.Td>
                    <Group gap="xs">
                      <Text size="sm" fw={550}>
                        {attribute.name}
                      </Text>
                      {attribute.isRecorded && (
                        <Badge size="sm" variant="default" tt="none">
                          Recorded
                        </Badge>
                      )}
                    </Group>
                    {attribute.description && (
                      <Text size="xs" c="dimmed">
                        {attribute.description}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm">{attribute.type}</Text>
                  </Table.Td>
                  <Table.Td>
                    <Group gap="xs" justify="flex-end">
                      <Allowed permission="context_attribute.write">
                        <Button
                          size="xs"
                          variant="default"
                          aria-label={`Edit ${attribute.name}`}
                          onClick={() => setOpen(attribute)}
                        >
                          Edit
                        </Button>
                      </Allowed>
                      <Allowed permission="context_attribute.write">
                        <Button
                          size="xs"
                          variant="subtle"
                          color="red"
                          aria-label={`Remove ${attribute.name}`}
                          onClick={() => void askToRemove(attribute)}
                        >
                          Remove
                        </Button>
                      </Allowed>
                    </Group>
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
        title={open === "new" ? "Declare an attribute" : "Edit the attribute"}
      >
        <AttributeForm attribute={open === "new" ? undefined : open} onClose={() => setOpen(undefined)} />
      </Modal>
    </>
  );
}

const TYPES: readonly { readonly value: AttributeInput["type"]; readonly label: string }[] = [
  { value: "string", label: "Text" },
  { value: "number", label: "Number" },
  { value: "boolean", label: "Boolean" },
  { value: "timestamp", label: "Timestamp" },
  { value: "list", label: "List" },
  { value: "map", label: "Map" },
];

interface AttributeFormProps {
  readonly attribute: Attribute | undefined;
  readonly onClose: () => void;
}

function AttributeForm({ attribute, onClose }: AttributeFormProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { key: project } = useProject();
  const [name, setName] = useState(attribute?.name ?? "");
  const [type, setType] = useState<AttributeInput["type"]>(attribute?.type ?? "string");
  const [description, setDescription] = useState(attribute?.description ?? "");
  const [isRecorded, setIsRecorded] = useState(attribute?.isRecorded ?? false);
  const set = useMutation(
    trpc.contextAttributes.set.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.contextAttributes.pathKey() });
        onClose();
      },
    }),
  );
  const issues = set.isError ? problemOf(set.error).issues : [];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        set.mutate({ project, name, type, description, isRecorded });
      }}
    >
      <Stack>
        <TextInput
          data-autofocus
          label="Attribute"
          required
          readOnly={attribute !== undefined}
          value={name}
          spellCheck={false}
          error={issues.find(({ pointer }) => pointer === "/name")?.message}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Select
          label="Type"
          allowDeselect={false}
          data={[...TYPES]}
          value={type}
          onChange={(chosen) => setType(TYPES.find(({ value }) => value === chosen)?.value ?? type)}
        />
        <TextInput
          label="Description"
          maxLength={2000}
          value={description}
          onChange={({ currentTarget }) => setDescription(currentTarget.value)}
        />
        <Checkbox
          label="Recorded with events"
          description="Leave it off for what tells who somebody is."
          checked={isRecorded}
          onChange={({ currentTarget }) => setIsRecorded(currentTarget.checked)}
        />
        {set.isError && issues.length === 0 && <ProblemPanel error={set.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={set.isPending} disabled={name === ""}>
            {attribute ? "Save" : "Declare"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
