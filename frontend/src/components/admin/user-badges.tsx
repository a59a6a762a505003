import { Badge } from "@/components/ui/badge";
import type { AdminUser } from "@/openapi/types.gen";

/** What is unusual about an account; most have none. */
export function UserBadges({ user }: { user: AdminUser }) {
  return (
    <span className="inline-flex flex-wrap gap-1">
      {user.disabled_at ? <Badge tone="overdue">Disabled</Badge> : null}
      {user.deletion_due_at ? <Badge tone="overdue">Deletion due</Badge> : null}
      {user.is_email_verified ? null : <Badge>Not confirmed</Badge>}
      {user.is_platform_admin ? <Badge tone="open">Administrator</Badge> : null}
    </span>
  );
}
