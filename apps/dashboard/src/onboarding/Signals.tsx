import {
  Alert,
  Card,
  Group,
  List,
  Loader,
  Stack,
  Text,
  ThemeIcon,
  Title,
  VisuallyHidden,
} from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { type ReactNode, useEffect, useState } from "react";
import { type Connection, useFirstSignals } from "./use-connect.ts";

const PATIENCE_MS = 60_000;

/** Each sign of life of the program, as the server sees it. */
export function Signals({ connection }: { readonly connection: Connection }) {
  const { signals: data, status, error } = useFirstSignals(connection);
  const isLate = useIsLate();
  const isDone = data !== undefined && data.keySeenAt !== null && data.sdk !== null && data.isEvaluated;
  return (
    <Card withBorder>
      <Stack>
        <Title order={2} size="h4">
          3. {isDone ? "Your app is connected" : "Waiting for your app…"}
        </Title>
        <div role="status" aria-live="polite">
          <Stack gap="sm">
            <Sign isSeen={(data?.keySeenAt ?? null) !== null}>The key was used</Sign>
            <Sign isSeen={(data?.sdk ?? null) !== null}>
              {data?.sdk ? `SDK connected: ${data.sdk.name} ${data.sdk.version}` : "The SDK is connected"}
            </Sign>
            <Sign isSeen={data?.isEvaluated ?? false}>The toggle was evaluated</Sign>
          </Stack>
        </div>
        {status === "error" && (
          <Text size="sm" c="red">
            {error?.message}
          </Text>
        )}
        {isLate && !isDone && (
          <Troubleshooting isKeySeen={data?.keySeenAt != null} isRefused={data?.isRefused ?? false} />
        )}
      </Stack>
    </Card>
  );
}

function Sign({ isSeen, children }: { readonly isSeen: boolean; readonly children: ReactNode }) {
  return (
    <Group gap="sm" wrap="nowrap">
      {isSeen ? (
        <ThemeIcon size={24} radius="xl" color="green" variant="light">
          <IconCheck size={16} aria-label="seen" />
        </ThemeIcon>
      ) : (
        <>
          <Loader size={20} aria-hidden />
          <VisuallyHidden>not yet:</VisuallyHidden>
        </>
      )}
      <Text size="sm" c={isSeen ? undefined : "dimmed"}>
        {children}
      </Text>
    </Group>
  );
}

interface TroubleshootingProps {
  readonly isKeySeen: boolean;
  readonly isRefused: boolean;
}

/** What the signs so far leave possible. */
function Troubleshooting({ isKeySeen, isRefused }: TroubleshootingProps) {
  return (
    <Alert variant="light" color="yellow" title="Nothing yet?">
      <List size="sm">
        {isRefused && <List.Item>Requests with this key were refused: the audit log says why.</List.Item>}
        {!isKeySeen && (
          <>
            <List.Item>
              No request came with this key. Does the program run, and does it print an error?
            </List.Item>
            <List.Item>Can it reach {window.location.origin} from where it runs?</List.Item>
            <List.Item>A wrong or cut key is answered with 401: copy the snippet once more.</List.Item>
          </>
        )}
        {isKeySeen && (
          <List.Item>
            The key works. SDKs tell of themselves with their first evaluations; a request by curl never does.
          </List.Item>
        )}
      </List>
    </Alert>
  );
}

function useIsLate(): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return isLate;
}
