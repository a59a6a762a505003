"use client";

import "./globals.css";

type Props = { error: Error; reset: () => void };

/** The root layout itself broke: nothing of ours can be trusted here but plain HTML and the stylesheet. */
export default function GlobalError({ reset }: Props) {
  return (
    <html lang="en">
      <body>
        <main className="mx-auto max-w-form px-4 py-20">
          <h1 className="text-lg font-semibold">Quittance stumbled</h1>
          <p className="mt-1 text-sm text-muted">
            What you had saved is safe. Try again; if it stays, reload the page.
          </p>
          <button
            type="button"
            className="mt-5 h-10 rounded-md bg-accent px-4 text-sm font-semibold text-on-accent"
            onClick={reset}
          >
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
