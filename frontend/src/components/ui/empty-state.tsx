import type { ReactNode } from "react";

type Props = {
  title: string;
  /** What to do first, in one sentence. */
  description: ReactNode;
  /** The one button that does it. */
  action?: ReactNode;
};

/** Ruled paper, waiting for its first entry. */
export function EmptyState({ title, description, action }: Props) {
  return (
    <div className="border-y border-rule-strong ruled py-10">
      <div className="mx-auto max-w-md bg-paper px-6 py-6 text-center">
        <h2 className="text-lg font-semibold">{title}</h2>
        <p className="mt-1 text-sm text-balance text-muted">{description}</p>
        {action ? <div className="mt-5 flex justify-center">{action}</div> : null}
      </div>
    </div>
  );
}
