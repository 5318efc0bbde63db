import { Text } from "@mantine/core";
import { useEffect, useState } from "react";

/** How long until it may be tried again. */
export function Countdown({ seconds }: { readonly seconds: number }) {
  const [endsAt] = useState(() => Date.now() + seconds * 1_000);
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((endsAt - Date.now()) / 1_000))), 250);
    return () => clearInterval(timer);
  }, [endsAt]);
  return (
    <Text size="sm" mt="xs" role="timer" aria-live="off">
      {left > 0 ? `Try again in ${timeText(left)}.` : "You may try again now."}
    </Text>
  );
}

function timeText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}
