"use client";

import { useQuery } from "@tanstack/react-query";

import { useHasMailbox } from "@/queries/app-info";
import { mailboxMessageOptions, mailboxOptions } from "@/queries/mailbox";

/** Where mail does not leave the machine, the mailbox needs a log-in: so its newest link is shown here. */
export function MailedHere({ email }: { email: string }) {
  return useHasMailbox() ? <NewestMail email={email} /> : null;
}

function NewestMail({ email }: { email: string }) {
  const id = useQuery(mailboxOptions()).data?.items.find(({ to }) => to.includes(email))?.id;
  const { data: mail } = useQuery({ ...mailboxMessageOptions(id ?? ""), enabled: id !== undefined });
  const href = linkIn(mail?.text ?? "");
  return (
    <section aria-label="Development mailbox" className="border-t border-rule pt-5 text-sm text-muted">
      <p>
        This is a development server: its mail stays here.{" "}
        {mail && href ? (
          <>
            The newest is{" "}
            <a className="font-semibold text-accent-ink underline underline-offset-2" href={href}>
              {mail.subject}
            </a>
            .
          </>
        ) : (
          "It arrives in a moment."
        )}
      </p>
    </section>
  );
}

/** On this origin, whatever APP_URL says. */
function linkIn(text: string): string | undefined {
  const address = /https?:\/\/\S+/.exec(text)?.[0];
  if (!address || !URL.canParse(address)) return undefined;
  const { pathname, hash } = new URL(address);
  return pathname + hash;
}
