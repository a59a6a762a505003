import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";

import { ApiError } from "./errors";

type Json = Record<string, unknown>;

export const hasPasskeys = browserSupportsWebAuthn;
export const canOfferPasskeys = browserSupportsWebAuthnAutofill;
export const stopOffering = () => WebAuthnAbortService.cancelCeremony();

export async function createPasskey(options: Json): Promise<Json> {
  // The API wrote them with a library that knows the standard; its description only says "an object".
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON;
  return (await plainly(startRegistration({ optionsJSON }))) as unknown as Json;
}

/** `isOffer`: beside the field's own suggestions, without a dialog of its own. */
export async function showPasskey(options: Json, { isOffer = false } = {}): Promise<Json> {
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON;
  const showing = startAuthentication({ optionsJSON, useBrowserAutofill: isOffer });
  return (await plainly(showing)) as unknown as Json;
}

/** The browser tells a page little of what went wrong, and people less. */
async function plainly<Answer>(ceremony: Promise<Answer>): Promise<Answer> {
  try {
    return await ceremony;
  } catch (error) {
    const isKnown = error instanceof Error && error.name === "InvalidStateError";
    throw new ApiError({
      status: 0,
      type: "about:blank",
      detail: isKnown
        ? "This device already has a passkey for your account. Nothing was changed."
        : "No passkey was used: the browser was told to stop, or found none. Nothing was changed; try again.",
    });
  }
}
