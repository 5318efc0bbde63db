import { ActionIcon, Button, Card, Group, MultiSelect, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../api/trpc.ts";
import type { Draft } from "../draft/draft.ts";
import type { DraftAction } from "../draft/draft-reducer.ts";

export interface PrerequisitesProps {
  readonly draft: Draft;
  readonly project: string;
  readonly environment: string;
  readonly isEditable: boolean;
  readonly dispatch: (action: DraftAction) => void;
}

type Prerequisite = Draft["prerequisites"][number];

/** Other toggles that have to serve something first; while one does not, this one is off. */
export function Prerequisites({
  draft: { prerequisites },
  project,
  environment,
  isEditable,
  dispatch,
}: PrerequisitesProps) {
  const set = (next: readonly Prerequisite[]) => dispatch({ type: "setPrerequisites", prerequisites: next });
  return (
    <Card component="section" aria-labelledby="prerequisites" withBorder padding="md">
      <fieldset disabled={!isEditable} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        <Stack gap="sm">
          <Group justify="space-between">
            <div>
              <Title order={3} size="h5" id="prerequisites">
                Prerequisites
              </Title>
              {prerequisites.length === 0 && (
                <Text size="sm" c="dimmed">
                  It waits for no other toggle.
                </Text>
              )}
            </div>
            <Button
              variant="default"
              size="xs"
              w="fit-content"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() => set([...prerequisites, { toggle: "", variants: [] }])}
            >
              Add a prerequisite
            </Button>
          </Group>
          {prerequisites.map((prerequisite, index) => (
            <PrerequisiteRow
              // biome-ignore lint/suspicious/noArrayIndexKey: while its toggle is typed, a row has nothing else to be known by
              key={index}
              index={index}
              prerequisite={prerequisite}
              project={project}
              environment={environment}
              onChange={(next) => set(prerequisites.map((each, at) => (at === index ? next : each)))}
              onRemove={() => set(prerequisites.filter((_, at) => at !== index))}
            />
          ))}
        </Stack>
      </fieldset>
    </Card>
  );
}

interface PrerequisiteRowProps {
  readonly index: number;
  readonly prerequisite: Prerequisite;
  readonly project: string;
  readonly environment: string;
  readonly onChange: (next: Prerequisite) => void;
  readonly onRemove: () => void;
}

function PrerequisiteRow({
  index,
  prerequisite,
  project,
  environment,
  onChange,
  onRemove,
}: PrerequisiteRowProps) {
  const trpc = useTRPC();
  const { toggle, variants } = prerequisite;
  const other = useQuery(
    trpc.toggles.get.queryOptions(
      { project, environment, key: toggle },
      { enabled: toggle !== "", retry: false },
    ),
  );
  const known = Object.keys(other.data?.variants ?? {});
  const name = `prerequisite ${index + 1}`;
  return (
    <Group gap="xs" align="flex-start">
      <TextInput
        aria-label={`Toggle of ${name}`}
        placeholder="Key of a toggle"
        value={toggle}
        onChange={({ currentTarget: { value } }) => onChange({ toggle: value, variants: [] })}
        error={other.isError ? "There is no such toggle here." : undefined}
        spellCheck={false}
        style={{ flex: "1 1 10rem" }}
      />
      <MultiSelect
        aria-label={`Variants of ${name}`}
        placeholder={variants.length === 0 ? "serves one of" : ""}
        data={[...new Set([...known, ...variants])]}
        value={[...variants]}
        onChange={(next) => onChange({ toggle, variants: next })}
        style={{ flex: "1 1 10rem" }}
      />
      <ActionIcon variant="subtle" color="gray" size={36} aria-label={`Remove ${name}`} onClick={onRemove}>
        <IconTrash size={18} />
      </ActionIcon>
    </Group>
  );
}
