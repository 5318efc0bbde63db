import { Group, Modal, Stack, Switch, Table, Text, Title } from "@mantine/core";
import { KeyboardHint } from "../design/KeyboardHint.tsx";
import { useSingleKeys } from "./preferences.ts";
import { isSingleKey } from "./shortcut-keys.ts";
import { type Shortcut, useShortcuts } from "./shortcuts.ts";

export interface ShortcutSheetProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** The keys that do something on this page. */
export function ShortcutSheet({ isOpen, onClose }: ShortcutSheetProps) {
  const shortcuts = useShortcuts();
  const [areSingleKeysOn, setSingleKeys] = useSingleKeys();
  return (
    <Modal opened={isOpen} onClose={onClose} title="Keyboard shortcuts" size="lg">
      <Stack>
        <Switch
          label="Single keys"
          description="Switch them off where they get in the way of speech input."
          checked={areSingleKeysOn}
          onChange={({ currentTarget }) => setSingleKeys(currentTarget.checked)}
        />
        {sectionsOf(shortcuts).map(([section, members]) => (
          <div key={section}>
            <Title order={2} size="h6" mb={4}>
              {section}
            </Title>
            <Table verticalSpacing={6}>
              <Table.Tbody>
                {members.map(({ keys, does }) => (
                  <Table.Tr key={keys} opacity={areSingleKeysOn || !isSingleKey(keys) ? 1 : 0.6}>
                    <Table.Td>{does}</Table.Td>
                    <Table.Td>
                      <Group justify="flex-end">
                        <KeyboardHint keys={keys} />
                      </Group>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        ))}
        <Text size="xs" c="dimmed">
          Keys follow one another where two are shown, such as G then H.
        </Text>
      </Stack>
    </Modal>
  );
}

function sectionsOf(shortcuts: readonly Shortcut[]): readonly (readonly [string, readonly Shortcut[]])[] {
  const sections = new Map<string, Map<string, Shortcut>>();
  for (const shortcut of shortcuts) {
    const { section = "On this page", keys } = shortcut;
    sections.set(section, (sections.get(section) ?? new Map<string, Shortcut>()).set(keys, shortcut));
  }
  return [...sections].map(([section, members]) => [section, [...members.values()]]);
}
