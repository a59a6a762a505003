import { cn } from "./cn";

type Props = {
  /** An SVG as a data URI, as the API gives it. */
  src: string;
  /** What scanning it does: "QR code that adds Quittance to an authenticator app". */
  alt: string;
  className?: string;
};

/** Dark on light with its quiet zone in both themes and in forced colours: scanners read nothing else. */
export function QrImage({ src, alt, className }: Props) {
  return (
    <div
      className={cn(
        "inline-block rounded-sm border border-rule bg-blank p-6 forced-color-adjust-none",
        className,
      )}
    >
      {/* eslint-disable-next-line @next/next/no-img-element -- a data URI: there is nothing to optimize */}
      <img src={src} alt={alt} className="size-48" />
    </div>
  );
}
