import { Button, Group, MultiSelect, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../api/problem.ts";
import { type Inputs, useTRPC } from "../api/trpc.ts";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { useEnvironments, useProject } from "../shell/place.ts";
import type { Webhook } from "./webhook.ts";

type Type = NonNullable<Inputs["webhooks"]["create"]["types"]>[number];

/** What an endpoint can be told of. */
const TYPES: readonly { readonly value: Type; readonly label: string }[] = [
  { value: "toggle.changed", label: "A toggle was created or changed" },
  { value: "toggle.archived", label: "A toggle was archived" },
  { value: "toggle.stale", label: "A toggle became stale" },
  { value: "segment.changed", label: "A segment changed" },
  { value: "rollout.started", label: "A rollout began" },
  { value: "rollout.step_applied", label: "A rollout took its next step" },
  { value: "rollout.paused", label: "A rollout was paused" },
  { value: "rollout.conflict", label: "A rollout met a conflict" },
  { value: "rollout.completed", label: "A rollout was completed" },
  { value: "rollout.rolled_back", label: "A rollout was rolled back" },
  { value: "rollout.approval_needed", label: "A rollout waits for approval" },
  { value: "rollout.guard_breached", label: "A rollout's guard was breached" },
  { value: "change.scheduled", label: "A change was scheduled" },
  { value: "change.failed", label: "A scheduled change failed" },
  { value: "export.ready", label: "An export is ready" },
  { value: "export.failed", label: "An export failed" },
  { value: "webhook.disabled", label: "A webhook was disabled" },
];

export interface WebhookFormProps {
  /** Left out for a new one. */
  readonly webhook: Webhook | undefined;
  readonly onClose: () => void;
  readonly onCreated?: (secret: string) => void;
}

export function WebhookForm({ webhook, onClose, onCreated }: WebhookFormProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { key: project } = useProject();
  const all = useEnvironments();
  const [name, setName] = useState(webhook?.name ?? "");
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [types, setTypes] = useState<readonly string[]>(webhook?.types ?? []);
  const [environments, setEnvironments] = useState<readonly string[]>(webhook?.environments ?? []);
  const reload = () => queryClient.invalidateQueries({ queryKey: trpc.webhooks.pathKey() });
  const create = useMutation(
    trpc.webhooks.create.mutationOptions({
      onSuccess: async ({ secret }) => {
        await reload();
        onCreated?.(secret);
      },
    }),
  );
  const update = useMutation(
    trpc.webhooks.update.mutationOptions({
      onSuccess: async () => {
        await reload();
        onClose();
      },
    }),
  );
  const error = create.error ?? update.error;
  const issues = error ? problemOf(error).issues : [];
  const issueOf = (field: string) => issues.find(({ pointer }) => pointer.startsWith(`/${field}`))?.message;

  function save() {
    const chosen = TYPES.flatMap(({ value }) => (types.includes(value) ? [value] : []));
    const input = { name, url, types: chosen, environments: [...environments] };
    if (webhook) update.mutate({ id: webhook.id, expectedVersion: webhook.version, ...input });
    else create.mutate({ project, ...input });
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Stack>
        <TextInput
          data-autofocus
          label="Name"
          required
          maxLength={100}
          value={name}
          error={issueOf("name")}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <TextInput
          label="Address"
          description="Of an endpoint that takes POST, at a public address."
          required
          type="url"
          placeholder="https://example.com/hooks/burgee"
          value={url}
          error={issueOf("url")}
          onChange={({ currentTarget }) => setUrl(currentTarget.value)}
        />
        <MultiSelect
          label="Told of"
          description="Everything, where nothing is chosen."
          data={[...TYPES]}
          value={[...types]}
          searchable
          clearable
          onChange={setTypes}
        />
        <MultiSelect
          label="In environments"
          description="In all, where none is chosen."
          data={all.map((each) => ({ value: each.key, label: each.name }))}
          value={[...environments]}
          error={issueOf("environments")}
          clearable
          onChange={setEnvironments}
        />
        {error && issues.length === 0 && <ProblemPanel error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={create.isPending || update.isPending}
            disabled={name.trim() === "" || url === ""}
          >
            {webhook ? "Save" : "Create"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
