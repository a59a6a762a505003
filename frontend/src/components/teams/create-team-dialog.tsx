"use client";

import { useRouter } from "next/navigation";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";

import { CreateTeamForm } from "./create-team-form";

export default function CreateTeamDialog({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="sm"
      title="Create a team"
      description="With customers, invoices and members of its own. You are its owner, and go on in it at once."
    >
      <CreateTeamForm
        cancel={<Button onClick={onClose}>Cancel</Button>}
        onCreated={() => {
          onClose();
          router.push("/dashboard");
        }}
      />
    </Dialog>
  );
}
