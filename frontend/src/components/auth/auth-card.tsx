import Link from "next/link";
import type { ComponentProps, ReactNode } from "react";

type Props = {
  title: string;
  /** What this step is for, or what happened: one or two sentences. */
  description?: ReactNode;
  /** Where else one may have meant to go, with an <AuthLink>. */
  footer?: ReactNode;
  /** It took the place of a form: the focus goes to its title, so that it is read out. */
  isAnswer?: boolean;
  children?: ReactNode;
};

/** The frame of every page outside the product: log in, sign up, and the steps a mail leads to. */
export function AuthCard({ title, description, footer, isAnswer = false, children }: Props) {
  return (
    <>
      <h1
        className="text-xl font-semibold tracking-tight text-balance outline-none"
        {...(isAnswer ? { tabIndex: -1, ref: focus } : {})}
      >
        {title}
      </h1>
      {description ? <div className="mt-2 text-sm text-muted">{description}</div> : null}
      {children ? <div className="mt-6">{children}</div> : null}
      {footer ? <p className="mt-8 border-t border-rule pt-5 text-sm text-muted">{footer}</p> : null}
    </>
  );
}

function focus(element: HTMLElement | null) {
  element?.focus();
}

export function AuthLink(props: ComponentProps<typeof Link>) {
  return <Link className="font-semibold text-accent-ink underline underline-offset-2" {...props} />;
}
