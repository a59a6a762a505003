type Props = { html: string; title: string };

/**
 * The mail as a mail program shows it: in a frame of its own that runs no script and cannot reach this page.
 * The frame inherits the page's CSP, which allows inline styles, so the letter looks as it was written.
 */
export function HtmlPart({ html, title }: Props) {
  return (
    <iframe
      title={title}
      srcDoc={withLinksInNewTabs(html)}
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      className="h-160 w-full border border-rule"
    />
  );
}

/** Inside the frame a link would open our own page, which refuses to be framed. */
function withLinksInNewTabs(html: string): string {
  const base = '<base target="_blank">';
  return /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, (head) => head + base) : base + html;
}
