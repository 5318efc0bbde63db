import { Alert, Button, Code, Group, Modal, Stack, Text } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { CopyButton } from "./CopyButton.tsx";

export interface SecretOnceProps {
  readonly title: string;
  /** Undefined while there is none to show. */
  readonly secret: string | undefined;
  /** What to do with it. */
  readonly children?: ReactNode;
  readonly onClose: () => void;
}

/** A secret that nobody can show again. */
export function SecretOnce({ title, secret, children, onClose }: SecretOnceProps) {
  return (
    <Modal
      opened={secret !== undefined}
      onClose={onClose}
      title={title}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <Alert color="yellow" variant="light" icon={<IconKey />} title="Copy it now">
          It is shown this once: what is kept of it can't be read back.
        </Alert>
        <Group wrap="nowrap" gap="xs" align="flex-start">
          <Code block tabIndex={0} flex={1} style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
            {secret}
          </Code>
          <CopyButton value={secret ?? ""} label="Copy the secret" />
        </Group>
        {children !== undefined && (
          <Text size="sm" component="div">
            {children}
          </Text>
        )}
        <Group justify="flex-end">
          <Button onClick={onClose}>I have copied it</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
