import { expect, type APIRequestContext } from "@playwright/test";

import type { MailboxMessage, MailboxMessageList } from "@/openapi/types.gen";

/** The path of the newest mailed link to one of our pages, its token after # included, once the mail is there. */
export async function linkMailedTo(
  request: APIRequestContext,
  email: string,
  page: `/${string}`,
): Promise<string> {
  let path: string | undefined;
  await expect(async () => {
    path = await findLink(request, email, page);
    expect(path, `a mail to ${email} with a link to ${page}`).toBeDefined();
  }).toPass({ timeout: 20_000, intervals: [250, 500, 1_000] });
  return path ?? page;
}

/** The mailbox lists the newest first. */
async function findLink(
  request: APIRequestContext,
  email: string,
  page: string,
): Promise<string | undefined> {
  const { items } = await read<MailboxMessageList>(request, "");
  for (const { id } of items.filter(({ to }) => to.includes(email))) {
    const { text } = await read<MailboxMessage>(request, `/${id}`);
    const link = text.match(/https?:\/\/\S+/g)?.find((address) => new URL(address).pathname === page);
    if (link) return page + new URL(link).hash;
  }
  return undefined;
}

async function read<Answer>(request: APIRequestContext, path: string): Promise<Answer> {
  const response = await request.get(`/api/dev/mailbox${path}`);
  expect(response.ok(), await response.text()).toBe(true);
  return (await response.json()) as Answer;
}
