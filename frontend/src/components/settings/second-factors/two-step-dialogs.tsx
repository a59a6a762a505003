"use client";

import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { errorMessage } from "@/lib/errors";
import { useRemoveAuthenticator, useRenewRecoveryCodes } from "@/queries/second-factors";

type TurnOffProps = { isOpen: boolean; hasPasskeys: boolean; onClose: () => void };

export function TurnOffDialog({ isOpen, hasPasskeys, onClose }: TurnOffProps) {
  const remove = useRemoveAuthenticator();
  const close = () => {
    remove.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={close}
      onConfirm={() => remove.mutate({}, { onSuccess: close })}
      title="Turn off the authenticator app?"
      description={
        hasPasskeys
          ? "Its codes open nothing any more. Your passkeys remain your second step."
          : "Your password alone will open your account, and your recovery codes end. You can set the app up again at any time."
      }
      confirmLabel="Turn off"
      isDangerous
      isPending={remove.isPending}
      error={errorMessage(remove.error)}
    />
  );
}

type RenewProps = { isOpen: boolean; onCodes: (codes: readonly string[]) => void; onClose: () => void };

export function RenewCodesDialog({ isOpen, onCodes, onClose }: RenewProps) {
  const renew = useRenewRecoveryCodes();
  const close = () => {
    renew.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={close}
      onConfirm={() =>
        renew.mutate(
          {},
          {
            onSuccess: (made) => {
              close();
              onCodes(made.recovery_codes);
            },
          },
        )
      }
      title="Make new recovery codes?"
      description="The codes you have stored stop working at once; store the new ones in their place."
      confirmLabel="Make new codes"
      isPending={renew.isPending}
      error={errorMessage(renew.error)}
    />
  );
}
