import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { CopyButton } from "./copy-button";

test("it copies and says so, without changing its name", async () => {
  const user = userEvent.setup();
  render(<CopyButton value="qtn_live_1" label="Copy key" />);
  await user.click(screen.getByRole("button", { name: "Copy key" }));
  expect(await screen.findByRole("status")).toHaveTextContent(/^Copied$/);
  expect(screen.getByRole("button", { name: "Copy key" })).toHaveFocus();
  expect(await navigator.clipboard.readText()).toBe("qtn_live_1");
});

test("a browser that refuses is owned up to, with the way to do it by hand", async () => {
  const user = userEvent.setup();
  vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new DOMException("", "NotAllowedError"));
  render(<CopyButton value="qtn_live_1" />);
  await user.click(screen.getByRole("button", { name: "Copy" }));
  expect(await screen.findByText(/copy it by hand/)).toBeVisible();
});
