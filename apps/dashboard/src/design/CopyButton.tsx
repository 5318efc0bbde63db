import { ActionIcon, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";

export interface CopyButtonProps {
  readonly value: string;
  /** What is copied, such as `Copy the key`. */
  readonly label: string;
}

export function CopyButton({ value, label }: CopyButtonProps) {
  const { copy, copied, error } = useClipboard({ timeout: 1_500 });
  const said = copied ? "Copied" : error ? "Copying is not allowed here" : label;
  return (
    <Tooltip label={said}>
      <ActionIcon variant="subtle" color="gray" size={24} aria-label={said} onClick={() => copy(value)}>
        {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
      </ActionIcon>
    </Tooltip>
  );
}
