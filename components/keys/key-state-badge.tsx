import { Badge } from "@/components/ui/badge";
import type { ApiKey } from "@/lib/keys/schema";

const looks = {
  active: { tone: "ok", label: "Active" },
  expired: { tone: "near", label: "Expired" },
  revoked: { tone: "neutral", label: "Revoked" },
} as const;

export function KeyStateBadge({ state }: Pick<ApiKey, "state">) {
  const { tone, label } = looks[state];
  return <Badge tone={tone}>{label}</Badge>;
}
