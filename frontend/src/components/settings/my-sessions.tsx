"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { Monitor, SquareTerminal } from "lucide-react";
import { useState } from "react";

import { DateTimeText } from "@/components/figures/date-text";
import { TimeAgo } from "@/components/figures/time-ago";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { FormMessage } from "@/components/ui/form-message";
import { ListRow, ListRows } from "@/components/ui/list-row";
import { Section } from "@/components/ui/section";
import { errorMessage } from "@/lib/errors";
import { countOf } from "@/lib/format";
import type { AuthenticationMethod, Session } from "@/openapi/types.gen";
import { mySessionsOptions, useEndMyOtherSessions, useEndMySession } from "@/queries/account";

const methodWords: Record<AuthenticationMethod, string> = {
  pwd: "password",
  otp: "one-time code",
  hwk: "passkey",
  recovery: "recovery code",
  fed: "another account",
};

export function MySessions() {
  const { items } = useSuspenseQuery(mySessionsOptions()).data;
  const end = useEndMySession();
  const others = items.filter((session) => !session.is_current).length;

  return (
    <Section
      title="Where you are logged in"
      description={
        others > 0
          ? "Something you do not know? Log it out, then change your password."
          : "Only here. Whatever else logs in as you will stand below."
      }
      aside={others > 0 ? <EndOthers count={others} /> : null}
    >
      <FormMessage message={errorMessage(end.error)} className="mb-4" />
      <ListRows label="Sessions">
        {items.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            isEnding={end.isPending && end.variables.path.session_id === session.id}
            onEnd={() => end.mutate({ path: { session_id: session.id } })}
          />
        ))}
      </ListRows>
    </Section>
  );
}

type RowProps = { session: Session; isEnding: boolean; onEnd: () => void };

function SessionRow({ session, isEnding, onEnd }: RowProps) {
  const { device, ip_address: address, is_current: isCurrent, methods } = session;
  return (
    <ListRow
      icon={session.kind === "browser" ? <Monitor /> : <SquareTerminal />}
      title={device}
      badge={isCurrent ? <Badge tone="paid">This one</Badge> : null}
      meta={
        <>
          {isCurrent ? (
            "Active now"
          ) : (
            <>
              Last seen <TimeAgo value={session.last_seen_at} />
            </>
          )}
          , from <span className="figures">{address}</span>. Logged in{" "}
          <DateTimeText value={session.created_at} />
          {methods.length > 0 ? ` by ${methods.map((method) => methodWords[method]).join(" and ")}` : null}.
        </>
      }
      actions={
        isCurrent ? null : (
          <Button
            size="sm"
            aria-label={`Log out ${device} at ${address}`}
            isPending={isEnding}
            onClick={onEnd}
          >
            Log out
          </Button>
        )
      }
    />
  );
}

function EndOthers({ count }: { count: number }) {
  const [isOpen, setIsOpen] = useState(false);
  const end = useEndMyOtherSessions();
  return (
    <>
      <Button size="sm" onClick={() => setIsOpen(true)}>
        Log out everywhere else
      </Button>
      <ConfirmDialog
        isOpen={isOpen}
        onClose={() => setIsOpen(false)}
        onConfirm={() => end.mutate({}, { onSuccess: () => setIsOpen(false) })}
        title="Log out everywhere else?"
        description={`${countOf(count, "other session")} of yours will end at once; what is unsaved there is lost. You stay logged in here.`}
        confirmLabel="Log out everywhere else"
        isPending={end.isPending}
        error={errorMessage(end.error)}
      />
    </>
  );
}
