import { Button, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { codeOf } from "../api/problem.ts";
import { useTRPC } from "../api/trpc.ts";
import { TimeAgo } from "../design/TimeAgo.tsx";

/** A link is good for an hour; it is asked anew before that. */
const LINK_FRESH_MS = 50 * 60_000;
const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** To the file of an export, while it is kept. */
export function DownloadLink({ exportId }: { readonly exportId: string }) {
  const trpc = useTRPC();
  const found = useQuery(
    trpc.audit.getExport.queryOptions(
      { id: exportId },
      { staleTime: LINK_FRESH_MS, refetchInterval: LINK_FRESH_MS },
    ),
  );
  if (found.isError && codeOf(found.error) === "audit_export_not_found") {
    return (
      <Text size="xs" c="dimmed">
        Its time is over
      </Text>
    );
  }
  if (!found.data?.file) return null;
  const { file, format, expiresAt } = found.data;
  return (
    <>
      <Text size="xs" c="dimmed" component="span">
        kept: ends <TimeAgo at={expiresAt} />
      </Text>
      <Button
        component="a"
        href={file.link}
        download
        size="compact-xs"
        leftSection={<IconDownload size={12} aria-hidden />}
      >
        Download {format === "csv" ? "CSV" : "JSONL"} ({sizeText(file.bytes)})
      </Button>
    </>
  );
}

function sizeText(bytes: number): string {
  const index = Math.min(SIZES.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const unit = SIZES[index] ?? "byte";
  return new Intl.NumberFormat("en", {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: 1,
  }).format(bytes / 1_000 ** index);
}
