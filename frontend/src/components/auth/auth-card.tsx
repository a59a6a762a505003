import Link from "next/link";
import type { ComponentProps, ReactNode } from "react";

type Props = {
  title: string;
  /** What this step is for, or what happened: one or two sentences. */
  description?: ReactNode;
  /** Where else one may have meant to go, with an <AuthLink>. */
  footer?: ReactNode;
  children?: ReactNode;
};

/** The frame of every page outside the product: log in, sign up, and the steps a mail leads to. */
export function AuthCard({ title, description, footer, children }: Props) {
  return (
    <>
      <h1 className="text-xl font-semibold tracking-tight text-balance">{title}</h1>
      {description ? <div className="mt-2 text-sm text-muted">{description}</div> : null}
      {children ? <div className="mt-6">{children}</div> : null}
      {footer ? <p className="mt-8 border-t border-rule pt-5 text-sm text-muted">{footer}</p> : null}
    </>
  );
}

export function AuthLink(props: ComponentProps<typeof Link>) {
  return <Link className="font-semibold text-accent-ink underline underline-offset-2" {...props} />;
}
