import { Badge, Button, Code, Group, Stack, Table, Text, Title } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { tell, tellProblem } from "../design/tell-undo.tsx";

type Delivery = Outputs["webhooks"]["deliveries"]["items"][number];

const COLOURS: Readonly<Record<string, string>> = { delivered: "green", failed: "red", given_up: "red" };
/** What is on its way is looked at again. */
const EVERY_MS = 2_000;

/** What an endpoint was sent, each with every try and its answer. */
export function DeliveryTable({ id }: { readonly id: string }) {
  const trpc = useTRPC();
  const deliveries = useInfiniteQuery(
    trpc.webhooks.deliveries.infiniteQueryOptions(
      { id },
      {
        getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
        refetchInterval: ({ state }) =>
          state.data?.pages[0]?.items.some(({ nextAt }) => nextAt !== null) ? EVERY_MS : false,
      },
    ),
  );
  const items = deliveries.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-labelledby="deliveries">
      <Title order={3} size="h4" id="deliveries" mb="xs">
        Deliveries
      </Title>
      {deliveries.isPending ? (
        <SkeletonRows rows={4} />
      ) : deliveries.isError ? (
        <ProblemPanel error={deliveries.error} onRetry={() => void deliveries.refetch()} />
      ) : items.length === 0 ? (
        <Text c="dimmed" size="sm">
          Nothing was sent yet. Send a test to see how your endpoint answers.
        </Text>
      ) : (
        <>
          <Table verticalSpacing="xs" aria-label="Deliveries of the last 30 days">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>What</Table.Th>
                <Table.Th>State</Table.Th>
                <Table.Th visibleFrom="sm">When</Table.Th>
                <Table.Th>
                  <span hidden>Actions</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((delivery) => (
                <DeliveryRow key={delivery.id} webhook={id} delivery={delivery} />
              ))}
            </Table.Tbody>
          </Table>
          {deliveries.hasNextPage && (
            <Button
              mt="sm"
              variant="default"
              loading={deliveries.isFetchingNextPage}
              onClick={() => void deliveries.fetchNextPage()}
            >
              Show older
            </Button>
          )}
        </>
      )}
    </section>
  );
}

function DeliveryRow({ webhook, delivery }: { readonly webhook: string; readonly delivery: Delivery }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const replay = useMutation(
    trpc.webhooks.replay.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.webhooks.pathKey() });
        tell("It is sent again.");
      },
      onError: tellProblem,
    }),
  );
  const { id, type, state, attempts, nextAt, tries, at } = delivery;
  return (
    <>
      <Table.Tr>
        <Table.Td>
          <Code>{type}</Code>
        </Table.Td>
        <Table.Td>
          <Badge size="sm" variant="light" color={COLOURS[state] ?? "gray"} tt="none">
            {state.replaceAll("_", " ")}
          </Badge>{" "}
          <Text span size="xs" c="dimmed">
            {attempts} {attempts === 1 ? "try" : "tries"}
            {nextAt !== null && (
              <>
                , next <TimeAgo at={nextAt} />
              </>
            )}
          </Text>
        </Table.Td>
        <Table.Td visibleFrom="sm">
          <Text size="sm" c="dimmed">
            <TimeAgo at={at} />
          </Text>
        </Table.Td>
        <Table.Td>
          <Group gap={4} justify="flex-end">
            <Button
              size="compact-xs"
              variant="default"
              aria-expanded={isOpen}
              onClick={() => setIsOpen(!isOpen)}
            >
              Tries
            </Button>
            <Allowed permission="webhook.write">
              <Button
                size="compact-xs"
                variant="default"
                loading={replay.isPending}
                onClick={() => replay.mutate({ id: webhook, delivery: id })}
              >
                Replay
              </Button>
            </Allowed>
          </Group>
        </Table.Td>
      </Table.Tr>
      {isOpen && (
        <Table.Tr>
          <Table.Td colSpan={4}>
            <Stack gap="xs">
              <Text size="xs" c="dimmed">
                webhook-id <Code>{id}</Code>
              </Text>
              {tries.length === 0 && <Text size="sm">It was not tried yet.</Text>}
              {tries.map((each) => (
                <div key={each.attempt}>
                  <Text size="sm">
                    Try {each.attempt}: {each.status ?? each.error} after {each.durationMs} ms,{" "}
                    <TimeAgo at={each.at} />
                  </Text>
                  {each.answer !== "" && (
                    <Code block tabIndex={0} style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
                      {each.answer}
                    </Code>
                  )}
                </div>
              ))}
            </Stack>
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}
