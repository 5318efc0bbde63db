import { Alert, Button, Code, Group, List, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { problemOf } from "../api/problem.ts";
import { CopyButton } from "./CopyButton.tsx";
import { ForbiddenPanel } from "./ForbiddenPanel.tsx";

export interface ProblemPanelProps {
  readonly error: unknown;
  /** Left out where trying again is no help. */
  readonly onRetry?: (() => void) | undefined;
}

/** What went wrong, in the server's own words, and what support needs to find it. Shows what is missing where something is forbidden. */
export function ProblemPanel({ error, onRetry }: ProblemPanelProps) {
  const problem = problemOf(error);
  if (problem.code === "forbidden") return <ForbiddenPanel problem={problem} />;
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle />} title={problem.title} role="alert">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{problem.detail}</Text>
        {problem.issues.length > 0 && (
          <List size="sm">
            {problem.issues.map(({ pointer, message }) => (
              <List.Item key={`${pointer} ${message}`}>
                {pointer && <Code>{pointer}</Code>} {message}
              </List.Item>
            ))}
          </List>
        )}
        <Group gap="sm">
          {onRetry && (
            <Button size="xs" variant="default" onClick={onRetry}>
              Retry
            </Button>
          )}
          {problem.requestId && (
            <Group gap={4} wrap="nowrap">
              <Text size="xs" c="dimmed">
                Request <Code>{problem.requestId}</Code>
              </Text>
              <CopyButton value={problem.requestId} label="Copy the request id" />
            </Group>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
