"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { membersOptions } from "@/queries/members";
import { useCan, useMe } from "@/queries/session";

import { InviteDialog } from "./invite-dialog";
import { hasFreeSeat } from "./seats";

/** Absent where it could only be refused; the page says why. */
export function InviteButton() {
  const canInvite = useCan("members:invite");
  const { user } = useMe();
  const seats = useQuery(membersOptions()).data?.seats;
  const [isOpen, setIsOpen] = useState(false);

  if (!canInvite || !user.is_email_verified || (seats && !hasFreeSeat(seats))) return null;
  return (
    <>
      <Button variant="primary" onClick={() => setIsOpen(true)}>
        Invite somebody
      </Button>
      {isOpen ? <InviteDialog onClose={() => setIsOpen(false)} /> : null}
    </>
  );
}
