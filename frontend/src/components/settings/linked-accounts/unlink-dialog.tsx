import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { errorMessage } from "@/lib/errors";
import type { LinkedAccount } from "@/openapi/types.gen";
import { useUnlinkAccount } from "@/queries/federation";

type Props = { account: LinkedAccount | null; onClose: () => void };

export function UnlinkDialog({ account, onClose }: Props) {
  const unlink = useUnlinkAccount();
  const close = () => {
    unlink.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      isOpen={account !== null}
      onClose={close}
      onConfirm={() => {
        if (account) unlink.mutate({ path: { identity_id: account.id } }, { onSuccess: close });
      }}
      title={`Unlink ${account?.provider_name ?? "account"}?`}
      description={`${account?.label ?? "It"} opens your account here no longer. Nothing changes at ${account?.provider_name ?? "the provider"}, and you can link it again at any time.`}
      confirmLabel="Unlink"
      isDangerous
      isPending={unlink.isPending}
      error={errorMessage(unlink.error)}
    />
  );
}
