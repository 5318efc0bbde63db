import type { ContextAttribute } from "@burgee/db";
import type { AttributeType } from "@burgee/engine";

export interface ContextAttributeView {
  readonly name: string;
  readonly type: AttributeType;
  readonly description: string;
  readonly isRecorded: boolean;
  readonly updatedBy: string;
  readonly updatedAt: string;
}

export function contextAttributeView(attribute: ContextAttribute): ContextAttributeView {
  return { ...attribute, updatedAt: attribute.updatedAt.toISOString() };
}
