import { Alert, Code, Stack, Text } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import type { ProblemText } from "../api/problem.ts";

/** Which permission is missing, and who can give it. */
export function ForbiddenPanel({ problem }: { readonly problem: ProblemText }) {
  return (
    <Alert color="gray" variant="light" icon={<IconLock />} title="You may not see this" role="alert">
      <Stack gap="xs">
        <Text size="sm">{problem.detail}</Text>
        {problem.permission && (
          <Text size="sm">
            Ask an owner or an admin of this tenant for a role with <Code>{problem.permission}</Code>.
          </Text>
        )}
      </Stack>
    </Alert>
  );
}
