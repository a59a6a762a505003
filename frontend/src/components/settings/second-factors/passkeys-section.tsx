"use client";

import { KeyRound } from "lucide-react";
import { useState, useSyncExternalStore } from "react";

import { DateTimeText } from "@/components/figures/date-text";
import { TimeAgo } from "@/components/figures/time-ago";
import { Button } from "@/components/ui/button";
import { ListRow, ListRows } from "@/components/ui/list-row";
import { Section } from "@/components/ui/section";
import { hasPasskeys } from "@/lib/passkeys";
import type { Passkey } from "@/openapi/types.gen";

import { AddPasskeyDialog, RemovePasskeyDialog, RenamePasskeyDialog } from "./passkey-dialogs";

type Asking = { what: "rename" | "remove"; passkey: Passkey };
type Props = { passkeys: readonly Passkey[]; onCodes: (codes: readonly string[]) => void };

const never = () => () => undefined;

export function PasskeysSection({ passkeys, onCodes }: Props) {
  const [isAdding, setIsAdding] = useState(false);
  const [asking, setAsking] = useState<Asking | null>(null);
  const isSupported = useSyncExternalStore(never, hasPasskeys, () => false);
  const stop = () => setAsking(null);

  return (
    <Section
      title="Passkeys"
      description="Log in with your fingerprint, your face or a security key: no password, and nothing that a fake page could steal."
      aside={
        isSupported ? (
          <Button size="sm" onClick={() => setIsAdding(true)}>
            Add a passkey
          </Button>
        ) : undefined
      }
    >
      {passkeys.length === 0 ? (
        <p className="text-sm text-muted">
          {isSupported ? "You have no passkey yet." : "This browser cannot make passkeys."}
        </p>
      ) : (
        <ListRows label="Passkeys">
          {passkeys.map((passkey) => (
            <ListRow
              key={passkey.id}
              icon={<KeyRound />}
              title={passkey.name}
              meta={<PasskeyStory passkey={passkey} />}
              actions={
                <>
                  <Button
                    size="sm"
                    variant="ghost"
                    aria-label={`Rename ${passkey.name}`}
                    onClick={() => setAsking({ what: "rename", passkey })}
                  >
                    Rename
                  </Button>
                  <Button
                    size="sm"
                    aria-label={`Remove ${passkey.name}`}
                    onClick={() => setAsking({ what: "remove", passkey })}
                  >
                    Remove
                  </Button>
                </>
              }
            />
          ))}
        </ListRows>
      )}
      <AddPasskeyDialog isOpen={isAdding} onCodes={onCodes} onClose={() => setIsAdding(false)} />
      <RenamePasskeyDialog passkey={asking?.what === "rename" ? asking.passkey : null} onClose={stop} />
      <RemovePasskeyDialog passkey={asking?.what === "remove" ? asking.passkey : null} onClose={stop} />
    </Section>
  );
}

function PasskeyStory({ passkey }: { passkey: Passkey }) {
  return (
    <>
      Added <DateTimeText value={passkey.created_at} />
      {passkey.last_used_at ? (
        <>
          , last used <TimeAgo value={passkey.last_used_at} />
        </>
      ) : (
        ", not used yet"
      )}
      {passkey.is_synced ? ", on all your devices" : null}
    </>
  );
}
