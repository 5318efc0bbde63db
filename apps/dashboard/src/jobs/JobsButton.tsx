/** In the header of every page: how many long jobs are under way, and a drawer with the latest. It is here that they are watched. */
import { ActionIcon, Drawer, Indicator, Stack, Text, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconProgressCheck } from "@tabler/icons-react";
import { useLocation } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { AnchorLink } from "../design/links.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { useMaybePlace } from "../shell/place.ts";
import { JobCard } from "./JobCard.tsx";
import { isOver, type Job, milestoneOf } from "./job.ts";
import { jobsDrawer, useJobsDrawer } from "./jobs-drawer.ts";
import { useJobs, useWatch } from "./use-jobs.ts";

const SHOWN = 8;
/** A browser has few connections to one server; the others are asked about from time to time. */
const WATCHED = 2;

export function JobsButton() {
  const { tenant } = useMaybePlace();
  return tenant === undefined ? null : <OfTenant tenant={tenant} />;
}

function OfTenant({ tenant }: { readonly tenant: string }) {
  const jobs = useJobs();
  const isOpen = useJobsDrawer();
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the page changes, and for nothing of it
  useEffect(jobsDrawer.close, [pathname]);
  const underWay = (jobs.data?.items ?? []).filter((job) => !isOver(job));
  const label = underWay.length === 0 ? "Jobs" : `Jobs, ${underWay.length} under way`;
  return (
    <>
      <Tooltip label={label}>
        <Indicator disabled={underWay.length === 0} processing size={8} offset={4}>
          <ActionIcon variant="subtle" color="gray" size={30} aria-label={label} onClick={jobsDrawer.open}>
            <IconProgressCheck size={18} />
          </ActionIcon>
        </Indicator>
      </Tooltip>
      <Watches jobs={jobs.data?.items ?? []} />
      <Drawer
        opened={isOpen}
        onClose={jobsDrawer.close}
        position="right"
        title="Jobs"
        closeButtonProps={{ "aria-label": "Close" }}
      >
        {jobs.isPending ? (
          <SkeletonRows rows={3} height={88} />
        ) : jobs.isError ? (
          <ProblemPanel error={jobs.error} onRetry={() => void jobs.refetch()} />
        ) : (
          <Stack gap="sm">
            {jobs.data.items.slice(0, SHOWN).map((job) => (
              <JobCard key={job.id} job={job} />
            ))}
            {jobs.data.items.length === 0 && <Text c="dimmed">Nothing takes long here at the moment.</Text>}
            <AnchorLink to="/t/$tenant/jobs" params={{ tenant }} size="sm">
              All jobs
            </AnchorLink>
          </Stack>
        )}
      </Drawer>
    </>
  );
}

/** Watches what is under way, and what was a moment ago: it is said how it ended. */
function Watches({ jobs }: { readonly jobs: readonly Job[] }) {
  const [seen, setSeen] = useState<readonly string[]>([]);
  const underWay = jobs.filter((job) => !isOver(job)).map(({ id }) => id);
  const fresh = underWay.filter((id) => !seen.includes(id));
  useEffect(() => {
    if (fresh.length > 0) setSeen((before) => [...before, ...fresh]);
  }, [fresh]);
  const shown = jobs.filter(({ id }) => seen.includes(id)).slice(0, WATCHED);
  return (
    <VisuallyHidden aria-live="polite" role="status">
      {shown.map((job) => (
        <Watch key={job.id} job={job} />
      ))}
    </VisuallyHidden>
  );
}

function Watch({ job }: { readonly job: Job }) {
  useWatch(job);
  return <span>{milestoneOf(job)}</span>;
}
