import { Badge, Button, Group, Paper, Progress, Stack, Text } from "@mantine/core";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { WhoName } from "../design/WhoName.tsx";
import { DownloadLink } from "./DownloadLink.tsx";
import { exportIdOf, isOver, type Job, kindText, percentOf, resultText, STATUSES } from "./job.ts";
import { useCancelJob } from "./use-jobs.ts";

/** One job: how far it is, what it came to, and what can be done about it. */
export function JobCard({ job }: { readonly job: Job }) {
  const cancel = useCancelJob();
  const { label, color } = STATUSES[job.status];
  const percent = percentOf(job);
  const result = resultText(job);
  const exportId = exportIdOf(job);
  return (
    <Paper withBorder p="sm" component="article" aria-label={kindText(job)}>
      <Stack gap={6}>
        <Group justify="space-between" gap="xs">
          <Text size="sm" fw={600}>
            {kindText(job)}
          </Text>
          <Badge variant="light" color={color}>
            {label}
          </Badge>
        </Group>
        {!isOver(job) && (
          <Group gap="xs" wrap="nowrap">
            <Progress
              value={percent ?? 100}
              striped={percent === null}
              animated={percent === null}
              aria-label={`${kindText(job)}, ${percent === null ? "under way" : `${percent} %`}`}
              style={{ flex: 1 }}
            />
            {percent !== null && (
              <Text size="xs" w={40} ta="right">
                {percent} %
              </Text>
            )}
          </Group>
        )}
        {result && <Text size="sm">{result}</Text>}
        <Group justify="space-between" gap="xs">
          <Text size="xs" c="dimmed" component="div">
            Begun <TimeAgo at={job.createdAt} /> by <WhoName actor={job.createdBy} />
            {job.attempts > 1 && `, tried ${job.attempts} times`}
          </Text>
          <Group gap="xs">
            {exportId !== undefined && <DownloadLink exportId={exportId} />}
            {!isOver(job) && (
              <Button
                size="compact-xs"
                variant="default"
                aria-label={`Cancel: ${kindText(job)}`}
                loading={cancel.isPending}
                onClick={() => cancel.mutate({ id: job.id })}
              >
                Cancel
              </Button>
            )}
          </Group>
        </Group>
      </Stack>
    </Paper>
  );
}
