import { getMailboxMessageOptions, listMailboxMessagesOptions } from "@/openapi/@tanstack/react-query.gen";

const LOOK_AGAIN_MS = 4_000;

/** Letters that no team event announces (a welcome, a report) arrive here too, so it looks by itself. */
export const mailboxOptions = () => ({ ...listMailboxMessagesOptions(), refetchInterval: LOOK_AGAIN_MS });

export const mailboxMessageOptions = (id: string) => ({
  ...getMailboxMessageOptions({ path: { message_id: id } }),
  staleTime: Infinity,
});

/** An address of its own, so that the browser shows the file as it shows any other. */
export function mailboxAttachmentHref(messageId: string, attachmentId: string): string {
  return `/api/dev/mailbox/${messageId}/attachments/${attachmentId}`;
}
