import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTRPC } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { tellProblem } from "../design/tell-undo.tsx";
import { jobsDrawer } from "../jobs/jobs-drawer.ts";
import { usePutJob } from "../jobs/use-jobs.ts";
import { useIsAllowed } from "../shell/permissions.ts";
import { type AuditSearch, filterOf } from "./audit-search.ts";

/** Begins a job that writes what is shown, all pages of it, into a file. */
export function ExportMenu({ search }: { readonly search: AuditSearch }) {
  const trpc = useTRPC();
  const put = usePutJob();
  const isAllowed = useIsAllowed("audit.read");
  const begin = useMutation(
    trpc.audit.export.mutationOptions({
      onSuccess: ({ job }) => {
        put(job);
        jobsDrawer.open();
      },
      onError: tellProblem,
    }),
  );
  const start = (format: "csv" | "jsonl") => begin.mutate({ format, filter: filterOf(search) });
  const button = (
    <Button
      variant="default"
      size="xs"
      loading={begin.isPending}
      leftSection={<IconDownload size={14} aria-hidden />}
      rightSection={<IconChevronDown size={14} aria-hidden />}
    >
      Export
    </Button>
  );
  if (!isAllowed) return <Allowed permission="audit.read">{button}</Allowed>;
  return (
    <Menu position="bottom-end">
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => start("csv")}>CSV, for spreadsheets</Menu.Item>
        <Menu.Item onClick={() => start("jsonl")}>JSONL, with the chain</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
