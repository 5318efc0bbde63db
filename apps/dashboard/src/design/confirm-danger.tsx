import { Button, Code, Group, Stack, Text, TextInput } from "@mantine/core";
import { getHotkeyHandler } from "@mantine/hooks";
import { modals } from "@mantine/modals";
import { type ReactNode, useState } from "react";

export interface Danger {
  /** A question, such as `Archive new-checkout?`. */
  readonly title: string;
  /** What happens then, and to whom. */
  readonly consequences: ReactNode;
  /** What has to be typed, such as the key of what is about to go; left out, nothing. */
  readonly typed?: string | undefined;
  /** Of the button, such as `Archive`. */
  readonly confirm: string;
}

/** Asks before something that is hard to take back. Resolves with whether it shall be done. */
export function confirmDanger(danger: Danger): Promise<boolean> {
  return new Promise((resolve) => {
    const id = modals.open({
      title: danger.title,
      onClose: () => resolve(false),
      children: (
        <DangerForm
          danger={danger}
          onCancel={() => modals.close(id)}
          onConfirm={() => {
            // First, for closing says no.
            resolve(true);
            modals.close(id);
          }}
        />
      ),
    });
  });
}

interface DangerFormProps {
  readonly danger: Danger;
  readonly onCancel: () => void;
  readonly onConfirm: () => void;
}

function DangerForm({ danger: { consequences, typed, confirm }, onCancel, onConfirm }: DangerFormProps) {
  const [text, setText] = useState("");
  const isTyped = typed === undefined || text.trim() === typed;
  return (
    <form
      onKeyDown={getHotkeyHandler([["mod+Enter", () => isTyped && onConfirm()]])}
      onSubmit={(event) => {
        event.preventDefault();
        if (isTyped) onConfirm();
      }}
    >
      <Stack>
        <Text component="div" size="sm">
          {consequences}
        </Text>
        {typed !== undefined && (
          <TextInput
            data-autofocus
            autoComplete="off"
            spellCheck={false}
            label={
              <>
                Type <Code>{typed}</Code> to go on
              </>
            }
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" color="red" disabled={!isTyped}>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
