import { Button, Code, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { CopyButton } from "../design/CopyButton.tsx";

export interface RecoveryCodesProps {
  readonly codes: readonly string[];
  readonly onDone: () => void;
}

/** Shown once: what is kept of them is hashes. */
export function RecoveryCodes({ codes, onDone }: RecoveryCodesProps) {
  return (
    <Stack>
      <Text size="sm">
        Keep these where you find them without your phone. Each works once, instead of a code. They are shown
        this one time.
      </Text>
      <SimpleGrid cols={2} spacing="xs">
        {codes.map((code) => (
          <Code key={code} p={6} ta="center">
            {code}
          </Code>
        ))}
      </SimpleGrid>
      <Group justify="space-between">
        <Group gap={4}>
          <CopyButton value={codes.join("\n")} label="Copy all codes" />
          <Text size="sm">Copy all</Text>
        </Group>
        <Button onClick={onDone}>I have kept them</Button>
      </Group>
    </Stack>
  );
}
