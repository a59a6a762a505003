"use client";

import { ListRow, ListRows } from "@/components/ui/list-row";
import { countOf } from "@/lib/format";
import type { AdminUserDetail } from "@/openapi/types.gen";
import { useEndUserSessions, useMakeAdministrator, useRemoveAdministrator } from "@/queries/admin";

import { ConfirmedAction } from "./confirmed-action";
import { DisableUser } from "./disable-user";
import { EnableUser } from "./enable-user";
import { Impersonate } from "./impersonate";
import { SendVerification } from "./send-verification";

/** What an administrator may do to this account as it is now; what the API would refuse is not offered. */
export function UserActions({ detail: { user, session_count } }: { detail: AdminUserDetail }) {
  const endSessions = useEndUserSessions();
  const makeAdministrator = useMakeAdministrator();
  const removeAdministrator = useRemoveAdministrator();
  const isDisabled = user.disabled_at !== null;

  return (
    <ListRows label="What you can do">
      {isDisabled || user.is_platform_admin ? null : (
        <ListRow
          title="Look through their eyes"
          meta="See what they see, for an hour at most. They are told by mail, and it stays in the log."
          actions={<Impersonate user={user} />}
        />
      )}
      {isDisabled || user.is_email_verified ? null : (
        <ListRow
          title="Confirm the e-mail address"
          meta="Mail the link that confirms it once more."
          actions={<SendVerification userId={user.id} />}
        />
      )}
      {isDisabled ? null : (
        <ListRow
          title="End all sessions"
          meta={`${countOf(session_count, "browser session is", "browser sessions are")} open. Connected apps are signed out, too.`}
          actions={
            <ConfirmedAction
              mutation={endSessions}
              userId={user.id}
              label="End sessions"
              title={`End all sessions of ${user.name}?`}
              description="Every browser and every connected app is signed out at once. They can log in again."
            />
          }
        />
      )}
      {user.is_platform_admin ? (
        <ListRow
          title="Administrator"
          meta="They can do everything that you can do here."
          actions={
            <ConfirmedAction
              mutation={removeAdministrator}
              userId={user.id}
              label="Remove as administrator"
              title={`Remove ${user.name} as administrator?`}
              description="They keep their account and their teams, and can no longer open the administration."
              isDangerous
            />
          }
        />
      ) : null}
      {!user.is_platform_admin && !isDisabled && user.is_email_verified ? (
        <ListRow
          title="Administrator"
          meta="Lets them run the installation, as soon as they log in with two steps."
          actions={
            <ConfirmedAction
              mutation={makeAdministrator}
              userId={user.id}
              label="Make administrator"
              title={`Make ${user.name} an administrator?`}
              description="They can then reach every account here, yours too. You can take it back at any time."
            />
          }
        />
      ) : null}
      {isDisabled ? (
        <ListRow
          title="Enable the account"
          meta="They can log in again; nothing of it was deleted."
          actions={<EnableUser userId={user.id} />}
        />
      ) : (
        <ListRow
          title="Disable the account"
          meta="It ends all sessions at once, and nobody can log in. Nothing is deleted."
          actions={<DisableUser user={user} />}
        />
      )}
    </ListRows>
  );
}
