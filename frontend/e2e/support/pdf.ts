import { execFileSync } from "node:child_process";

/** The text of a PDF, or null where no reader is installed. */
export function pdfText(pdf: Buffer): string | null {
  try {
    return execFileSync("pdftotext", ["-", "-"], { input: pdf, encoding: "utf8" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
