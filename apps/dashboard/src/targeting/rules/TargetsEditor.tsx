import { Button, Card, Group, Stack, TagsInput, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { Draft } from "../draft/draft.ts";
import type { DraftAction } from "../draft/draft-reducer.ts";

export interface TargetsEditorProps {
  readonly draft: Draft;
  readonly variants: readonly string[];
  readonly isEditable: boolean;
  readonly dispatch: (action: DraftAction) => void;
}

/** Longer lists are typed and pasted, not shown one by one: a box for each of thousands would take seconds. */
const MOST_SHOWN = 200;

/** Users who get a variant of their own, whatever the rules say. */
export function TargetsEditor({ draft: { targets }, variants, isEditable, dispatch }: TargetsEditorProps) {
  const [isOpen, setOpen] = useState(false);
  const isEmpty = Object.keys(targets).length === 0;
  if (isEmpty && !isOpen) {
    return (
      <Card component="section" aria-labelledby="individual-targets" withBorder padding="md">
        <Group justify="space-between">
          <div>
            <Title order={3} size="h5" id="individual-targets">
              Individual targets
            </Title>
            <Text size="sm" c="dimmed">
              No user is named one by one.
            </Text>
          </div>
          {isEditable && (
            <Button
              variant="default"
              size="xs"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() => setOpen(true)}
            >
              Name users
            </Button>
          )}
        </Group>
      </Card>
    );
  }
  return (
    <Card component="section" aria-labelledby="individual-targets" withBorder padding="md">
      <fieldset disabled={!isEditable} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        <Stack gap="sm">
          <Title order={3} size="h5" id="individual-targets">
            Individual targets
          </Title>
          {variants.map((variant) => {
            const ids = targets[variant] ?? [];
            return ids.length > MOST_SHOWN ? (
              <Text key={variant} size="sm">
                {ids.length} users always get <b>{variant}</b>. A list this long is better kept in a segment.
              </Text>
            ) : (
              <TagsInput
                key={variant}
                label={`Always get ${variant}`}
                placeholder={ids.length === 0 ? "User ids; paste as many as you like" : ""}
                value={[...ids]}
                onChange={(next) => dispatch({ type: "setTargets", variant, ids: next })}
                splitChars={["\n", ",", "\t"]}
                acceptValueOnBlur
                isDuplicate={(value, current) => current.includes(value)}
              />
            );
          })}
        </Stack>
      </fieldset>
    </Card>
  );
}
