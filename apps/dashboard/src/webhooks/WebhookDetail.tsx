import { Button, Code, Group, Modal, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTRPC } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { confirmDanger } from "../design/confirm-danger.tsx";
import { AnchorLink } from "../design/links.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SecretOnce } from "../design/SecretOnce.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { tell, tellProblem } from "../design/tell-undo.tsx";
import { DeliveryTable } from "./DeliveryTable.tsx";
import { WebhookForm } from "./WebhookForm.tsx";
import { WebhookState } from "./WebhookState.tsx";
import type { Webhook } from "./webhook.ts";

const ROUTE = "/signed-in/t/$tenant/p/$project/settings/webhooks/$webhook" as const;

/** One endpoint: what it is told, how that went, and its secret. */
export function WebhookDetail() {
  const trpc = useTRPC();
  const { tenant, project, webhook: id } = useParams({ from: ROUTE });
  const webhooks = useQuery(trpc.webhooks.list.queryOptions({ project }));
  if (webhooks.isPending) return <SkeletonRows rows={6} />;
  if (webhooks.isError)
    return <ProblemPanel error={webhooks.error} onRetry={() => void webhooks.refetch()} />;
  const webhook = webhooks.data.find((each) => each.id === id);
  return (
    <Stack>
      <AnchorLink size="sm" to="/t/$tenant/p/$project/settings/webhooks" params={{ tenant, project }}>
        ← All webhooks
      </AnchorLink>
      {webhook ? <Detail webhook={webhook} /> : <Text>This webhook is not there any more.</Text>}
    </Stack>
  );
}

function Detail({ webhook }: { readonly webhook: Webhook }) {
  return (
    <>
      <div>
        <Group gap="xs">
          <Title order={2} size="h3">
            {webhook.name}
          </Title>
          <WebhookState webhook={webhook} />
        </Group>
        <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          <Code>{webhook.url}</Code> · {webhook.types.length === 0 ? "everything" : webhook.types.join(", ")}{" "}
          · {webhook.environments.length === 0 ? "all environments" : webhook.environments.join(", ")}
        </Text>
      </div>
      <Actions webhook={webhook} />
      <DeliveryTable id={webhook.id} />
    </>
  );
}

function Actions({ webhook }: { readonly webhook: Webhook }) {
  const { id, name, version, state } = webhook;
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { tenant, project } = useParams({ from: ROUTE });
  const [isEdited, setIsEdited] = useState(false);
  const [secret, setSecret] = useState<string>();
  const reload = () => queryClient.invalidateQueries({ queryKey: trpc.webhooks.pathKey() });
  const said = (text: string) => ({
    onSuccess: async () => {
      await reload();
      tell(text);
    },
    onError: tellProblem,
  });
  const test = useMutation(trpc.webhooks.test.mutationOptions(said("A test is on its way; it shows below.")));
  const replay = useMutation(trpc.webhooks.replay.mutationOptions(said("What was given up is sent again.")));
  const update = useMutation(trpc.webhooks.update.mutationOptions(said("Saved.")));
  const rotate = useMutation(
    trpc.webhooks.rotateSecret.mutationOptions({
      onSuccess: async (rotated) => {
        setSecret(rotated.secret);
        await reload();
      },
      onError: tellProblem,
    }),
  );
  const remove = useMutation(
    trpc.webhooks.remove.mutationOptions({
      onSuccess: async () => {
        await navigate({ to: "/t/$tenant/p/$project/settings/webhooks", params: { tenant, project } });
        await reload();
      },
      onError: tellProblem,
    }),
  );

  async function askToRotate() {
    const consequences =
      "For a day, messages carry a signature of the old secret and one of the new: change your endpoint over meanwhile.";
    if (await confirmDanger({ title: `Rotate the secret of ${name}?`, confirm: "Rotate", consequences }))
      rotate.mutate({ id });
  }
  async function askToRemove() {
    const consequences = "It is told nothing any more, and its log goes with it.";
    if (await confirmDanger({ title: `Remove ${name}?`, typed: name, confirm: "Remove", consequences }))
      remove.mutate({ id, expectedVersion: version });
  }

  const buttons = [
    { label: "Edit", run: () => setIsEdited(true) },
    { label: "Send a test", run: () => test.mutate({ id }), isOff: state !== "active" },
    {
      label: state === "active" ? "Pause" : "Activate",
      run: () =>
        update.mutate({ id, expectedVersion: version, state: state === "active" ? "paused" : "active" }),
    },
    { label: "Replay what was given up", run: () => replay.mutate({ id }) },
    { label: "Rotate secret", run: () => void askToRotate() },
    { label: "Remove", run: () => void askToRemove() },
  ];
  return (
    <>
      <Group gap="xs">
        {buttons.map(({ label, run, isOff = false }) => (
          <Allowed key={label} permission="webhook.write">
            <Button
              size="xs"
              variant="default"
              disabled={isOff}
              {...(label === "Remove" && { color: "red", variant: "light" })}
              onClick={run}
            >
              {label}
            </Button>
          </Allowed>
        ))}
      </Group>
      <Modal opened={isEdited} onClose={() => setIsEdited(false)} title="Edit the webhook">
        <WebhookForm webhook={webhook} onClose={() => setIsEdited(false)} />
      </Modal>
      <SecretOnce title="The new secret" secret={secret} onClose={() => setSecret(undefined)}>
        Both secrets are valid for a day.
      </SecretOnce>
    </>
  );
}
