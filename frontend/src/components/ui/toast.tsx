"use client";

import { lazy, Suspense, useEffect, useState } from "react";

const load = () => import("./toaster");
const LazyToaster = lazy(() => load().then((module) => ({ default: module.Toaster })));

/** For a result the page does not show by itself. The library is loaded after the page, not with it. */
export const toast = {
  success: (message: string) => void load().then((module) => module.show.success(message)),
  error: (message: string) => void load().then((module) => module.show.error(message)),
};

export function ToastRegion() {
  const [isMounted, setIsMounted] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsMounted(true), 500);
    return () => clearTimeout(timer);
  }, []);
  return isMounted ? (
    <Suspense>
      <LazyToaster />
    </Suspense>
  ) : null;
}
