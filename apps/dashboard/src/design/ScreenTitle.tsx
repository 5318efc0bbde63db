import { Group, Stack, Text, Title } from "@mantine/core";
import { useRouterState } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";

export interface ScreenTitleProps {
  /** What the screen is about; also the document's title. */
  readonly title: string;
  /** Instead of the plain title where it is more than a text, such as a key with a copy button. */
  readonly children?: ReactNode;
  readonly description?: ReactNode;
  /** At its right. */
  readonly actions?: ReactNode;
}

/** The one h1 of a screen. It takes the focus when a route was changed to, so that whoever hears the page hears where they are. */
export function ScreenTitle({ title, children, description, actions }: ScreenTitleProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(() => {
    document.title = `${title} · Burgee`;
  }, [title]);
  useEffect(() => {
    // The page itself, on its first load, is announced by the browser.
    if (lastPath !== undefined && lastPath !== path) heading.current?.focus({ preventScroll: true });
    lastPath = path;
  }, [path]);
  return (
    <Group justify="space-between" align="flex-start" gap="md" mb="md" wrap="wrap">
      <Stack gap={4} miw={0}>
        <Title order={1} ref={heading} tabIndex={-1} style={{ overflowWrap: "anywhere" }}>
          {children ?? title}
        </Title>
        {description !== undefined && (
          <Text c="dimmed" size="sm" component="div">
            {description}
          </Text>
        )}
      </Stack>
      {actions !== undefined && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}

/** Of the screen before. */
let lastPath: string | undefined;
