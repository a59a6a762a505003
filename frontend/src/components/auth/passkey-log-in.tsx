"use client";

import { KeyRound } from "lucide-react";
import { useRouter } from "next/navigation";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";

import { Button } from "@/components/ui/button";
import { FormMessage } from "@/components/ui/form-message";
import { errorMessage } from "@/lib/errors";
import { safeNextPath } from "@/lib/next-path";
import { canOfferPasskeys, hasPasskeys, stopOffering } from "@/lib/passkeys";
import { usePasskeyLogIn } from "@/queries/second-factors";

// A challenge lasts five minutes.
const RENEW_MS = 4 * 60_000;
const never = () => () => undefined;

/** A passkey says who it is: no address, no password. Browsers that can also suggest it in the address field. */
export function PasskeyLogIn() {
  const router = useRouter();
  const isSupported = useSyncExternalStore(never, hasPasskeys, () => false);
  const { mutate: offer } = usePasskeyLogIn();
  const logIn = usePasskeyLogIn();
  const isChosen = useRef(false);
  // One was picked from the suggestions: a second log-in beside it would end the session of the first.
  const [isPicked, setIsPicked] = useState(false);
  const onSuccess = useCallback(() => router.replace(safeNextPath(window.location.search)), [router]);

  useEffect(() => {
    let isGone = false;
    const start = async () => {
      if (!(await canOfferPasskeys()) || isGone || isChosen.current) return;
      offer(
        { isOffer: true, onPicked: () => setIsPicked(true) },
        { onSuccess, onError: () => setIsPicked(false) },
      );
    };
    void start();
    const timer = setInterval(() => void start(), RENEW_MS);
    return () => {
      isGone = true;
      clearInterval(timer);
      stopOffering();
    };
  }, [offer, onSuccess]);

  if (!isSupported) return null;
  return (
    <div>
      <Button
        className="w-full"
        isPending={isPicked || logIn.isPending || logIn.isSuccess}
        onClick={() => {
          isChosen.current = true;
          logIn.mutate({ isOffer: false }, { onSuccess });
        }}
      >
        <KeyRound aria-hidden />
        Log in with a passkey
      </Button>
      <FormMessage message={errorMessage(logIn.error)} className="mt-5" />
    </div>
  );
}
