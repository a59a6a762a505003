type Sentence = (provider: string) => string;

/** By the last part of the problem's type, as the API sends people back with. */
const sentences: Partial<Record<string, Sentence>> = {
  "account-disabled": () =>
    "This account is disabled, so you cannot log in to it. Nothing in it was lost; ask whoever runs this installation.",
  "account-exists": (provider) =>
    `There is an account with your e-mail address already, and nothing in it was changed. Log in as you always do; then you can link ${provider} in Settings, Security.`,
  "already-linked": (provider) =>
    `An account at ${provider} is linked to yours already, and stays so. To link another one, unlink that one first.`,
  "identity-taken": (provider) =>
    `This account at ${provider} opens somebody else’s account here. Nothing was changed. Choose another one at ${provider}, or log in with this one and unlink it there.`,
  "other-session": (provider) =>
    `While you were at ${provider}, you were logged out here or somebody else logged in. Nothing was changed; try again from here.`,
  "provider-email-unverified": (provider) =>
    `${provider} has not confirmed your e-mail address, so no account was opened. Confirm it there and try again, or sign up with your e-mail address.`,
  "provider-refused": (provider) =>
    `The answer of ${provider} could not be accepted. Nothing was changed. Try again; if it stays so, log in another way.`,
  "provider-unavailable": (provider) =>
    `${provider} did not answer. Nothing was changed. Try again in a minute, or log in another way.`,
  "service-unavailable": () => "Quittance could not answer. Nothing was changed; try again in a moment.",
  "sign-in-cancelled": (provider) =>
    `You stopped at ${provider}, so nothing was changed here. Try again, or log in another way.`,
  "sign-in-expired": () =>
    "This took longer than ten minutes, or was begun in another window or browser. Nothing was changed; start again from here.",
  "started-elsewhere": (provider) =>
    `Another site sent you here to log in with ${provider}, so it went no further. Nothing was changed. If it was you, start from this page.`,
  "step-up-failed": (provider) =>
    `${provider} did not confirm that it is you, just now. Nothing was changed. Try again, and log in there with the account that is linked here.`,
  "too-many-requests": () =>
    "There were too many attempts from your network. Nothing was changed; wait a quarter of an hour, then try again.",
  "unknown-provider": () =>
    "This installation has no log-in with that provider. Nothing was changed; log in another way.",
};

/** What happened on the way to a provider and back, that nothing was lost, and what to try. */
export function problemSentence(slug: string, provider: string): string {
  // The address can hold anything, names of Object's own among it.
  const sentence = Object.hasOwn(sentences, slug) ? sentences[slug] : undefined;
  return (
    sentence?.(provider) ??
    `Something went wrong on the way to ${provider} and back. Nothing was changed; try again, or log in another way.`
  );
}
