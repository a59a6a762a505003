import type { ReactNode } from "react";

type ListProps = { label: string; children: ReactNode };

/** What one has and can act on: sessions, passkeys, keys. What is compared belongs into a table. */
export function ListRows({ label, children }: ListProps) {
  return (
    <ul aria-label={label} className="divide-y divide-rule border-b border-rule">
      {children}
    </ul>
  );
}

type Props = {
  title: ReactNode;
  /** One quiet line: where, when, how long. */
  meta?: ReactNode;
  badge?: ReactNode;
  icon?: ReactNode;
  /** One or two buttons, `size="sm"`, each naming its row for screen readers. */
  actions?: ReactNode;
};

export function ListRow({ title, meta, badge, icon, actions }: Props) {
  return (
    <li className="flex gap-4 py-4 text-sm first:pt-1">
      {icon ? (
        <div aria-hidden className="mt-0.5 shrink-0 text-muted [&_svg]:size-5">
          {icon}
        </div>
      ) : null}
      <div className="flex min-w-0 flex-1 flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-44">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="font-semibold wrap-anywhere">{title}</span>
            {badge}
          </div>
          {meta ? <div className="mt-0.5 wrap-anywhere text-muted">{meta}</div> : null}
        </div>
        {actions ? <div className="flex shrink-0 flex-wrap gap-2">{actions}</div> : null}
      </div>
    </li>
  );
}
