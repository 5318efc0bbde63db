import { Badge } from "@mantine/core";
import { IconCircle, IconCircleCheckFilled } from "@tabler/icons-react";

/** Never by colour alone. */
export function OnOff({ isOn }: { readonly isOn: boolean }) {
  return (
    <Badge
      size="sm"
      tt="none"
      variant="light"
      color={isOn ? "green" : "gray"}
      leftSection={
        isOn ? <IconCircleCheckFilled size={12} aria-hidden /> : <IconCircle size={12} aria-hidden />
      }
    >
      {isOn ? "On" : "Off"}
    </Badge>
  );
}
