import { Badge, Button, Group, Modal, Table, Text } from "@mantine/core";
import { IconPlus, IconWebhook } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTRPC } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { EmptyState } from "../design/EmptyState.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SecretOnce } from "../design/SecretOnce.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { useProject } from "../shell/place.ts";
import { useShortcut } from "../shell/shortcuts.ts";
import { WebhookForm } from "./WebhookForm.tsx";
import { WebhookState } from "./WebhookState.tsx";

/** Endpoints that are told what happens in the project. */
export function WebhookSettings() {
  const trpc = useTRPC();
  const { key: project } = useProject();
  const { tenant } = useParams({ from: "/signed-in/t/$tenant/p/$project" });
  const [isOpen, setIsOpen] = useState(false);
  const [secret, setSecret] = useState<string>();
  const webhooks = useQuery(trpc.webhooks.list.queryOptions({ project }));
  const open = () => setIsOpen(true);
  useShortcut({ keys: "c", does: "Create a webhook", section: "Settings", run: open });
  const button = (
    <Allowed permission="webhook.write">
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
        Create webhook
      </Button>
    </Allowed>
  );
  return (
    <>
      {webhooks.isPending ? (
        <SkeletonRows rows={4} />
      ) : webhooks.isError ? (
        <ProblemPanel error={webhooks.error} onRetry={() => void webhooks.refetch()} />
      ) : webhooks.data.length === 0 ? (
        <EmptyState icon={IconWebhook} title="No webhook yet" action={button}>
          An endpoint of yours is told, signed, of what happens here: a toggle that changed, a rollout that
          was paused.
        </EmptyState>
      ) : (
        <>
          <Group justify="flex-end" mb="sm">
            {button}
          </Group>
          <Table verticalSpacing="sm" aria-label="Webhooks">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Webhook</Table.Th>
                <Table.Th visibleFrom="sm">Told of</Table.Th>
                <Table.Th>State</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {webhooks.data.map((webhook) => (
                <Table.Tr key={webhook.id}>
                  <Table.Td style={{ overflowWrap: "anywhere" }}>
                    <Link
                      to="/t/$tenant/p/$project/settings/webhooks/$webhook"
                      params={{ tenant, project, webhook: webhook.id }}
                    >
                      {webhook.name}
                    </Link>
                    <Text size="xs" c="dimmed">
                      {webhook.url}
                    </Text>
                  </Table.Td>
                  <Table.Td visibleFrom="sm">
                    <Text size="sm">
                      {webhook.types.length === 0 ? "Everything" : webhook.types.join(", ")}
                    </Text>
                    {webhook.environments.map((environment) => (
                      <Badge key={environment} size="sm" variant="default" tt="none" mr={4}>
                        {environment}
                      </Badge>
                    ))}
                  </Table.Td>
                  <Table.Td>
                    <WebhookState webhook={webhook} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </>
      )}
      <Modal opened={isOpen} onClose={() => setIsOpen(false)} title="Create a webhook">
        <WebhookForm
          webhook={undefined}
          onClose={() => setIsOpen(false)}
          onCreated={(made) => {
            setIsOpen(false);
            setSecret(made);
          }}
        />
      </Modal>
      <SecretOnce title="The webhook's secret" secret={secret} onClose={() => setSecret(undefined)}>
        Your endpoint verifies by it that a message is ours (Standard Webhooks).
      </SecretOnce>
    </>
  );
}
