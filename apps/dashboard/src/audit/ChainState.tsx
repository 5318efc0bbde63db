import { Badge, Button, Group, Text, Tooltip } from "@mantine/core";
import { IconLink, IconLinkOff } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTRPC } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { tellProblem } from "../design/tell-undo.tsx";
import { resultText } from "../jobs/job.ts";
import { jobsDrawer } from "../jobs/jobs-drawer.ts";
import { useJobs, usePutJob } from "../jobs/use-jobs.ts";

/** Whether the log is as it was written, by the last verification. */
export function ChainState() {
  const trpc = useTRPC();
  const put = usePutJob();
  const jobs = useJobs();
  const asked = useQuery(
    trpc.jobs.list.queryOptions({ kind: "verify-audit", status: "succeeded", limit: 1 }),
  );
  const verify = useMutation(
    trpc.audit.verify.mutationOptions({
      onSuccess: (job) => {
        put(job);
        jobsDrawer.open();
      },
      onError: tellProblem,
    }),
  );
  const recent = jobs.data?.items.find(
    ({ kind, status }) => kind === "verify-audit" && status === "succeeded",
  );
  const last = recent ?? asked.data?.items[0];
  const isBroken =
    last?.result !== undefined &&
    last.result !== null &&
    "fault" in last.result &&
    last.result.fault !== null;
  return (
    <Group gap="xs">
      {last ? (
        <Tooltip label={resultText(last)}>
          <Badge
            variant="light"
            color={isBroken ? "red" : "green"}
            leftSection={
              isBroken ? <IconLinkOff size={12} aria-hidden /> : <IconLink size={12} aria-hidden />
            }
            tabIndex={0}
            tt="none"
          >
            {isBroken ? "Chain broken" : "Chain verified"}
          </Badge>
        </Tooltip>
      ) : (
        <Badge variant="light" color="gray" tt="none">
          Not verified yet
        </Badge>
      )}
      {last?.endedAt && (
        <Text size="xs" c="dimmed" component="span">
          <TimeAgo at={last.endedAt} />
        </Text>
      )}
      <Allowed permission="audit.read">
        <Button
          size="compact-xs"
          variant="default"
          loading={verify.isPending}
          onClick={() => verify.mutate()}
        >
          Verify now
        </Button>
      </Allowed>
    </Group>
  );
}
