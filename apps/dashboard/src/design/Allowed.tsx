import { Tooltip } from "@mantine/core";
import { cloneElement, type MouseEvent, type ReactElement } from "react";
import { type Permission, useIsAllowed } from "../shell/permissions.ts";

/** What a control takes that can be there without being usable. */
interface Disableable {
  readonly "aria-disabled"?: boolean | undefined;
  readonly "data-disabled"?: boolean | undefined;
  readonly onClick?: ((event: MouseEvent) => void) | undefined;
  readonly onChange?: ((...args: never[]) => void) | undefined;
  readonly type?: string | undefined;
}

export interface AllowedProps {
  readonly permission: Permission;
  /** Where; left out, the project and environment that the page is in. */
  readonly environment?: string | undefined;
  readonly children: ReactElement<Disableable>;
}

/** A control that stays visible for who may not use it, and says what they lack. */
export function Allowed({ permission, environment, children }: AllowedProps) {
  const isAllowed = useIsAllowed(permission, environment);
  if (isAllowed) return children;
  return (
    <Tooltip label={`This needs the permission ${permission}.`}>
      {cloneElement(children, {
        "aria-disabled": true,
        "data-disabled": true,
        type: "button",
        onClick: (event: MouseEvent) => event.preventDefault(),
        ...(children.props.onChange && { onChange: () => undefined }),
      })}
    </Tooltip>
  );
}
