import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { SecretOnce } from "./secret-once";

function renderCodes(onDone = vi.fn()) {
  render(
    <SecretOnce
      title="Recovery codes"
      description="Each works once."
      secrets={["aaaa-1111", "bbbb-2222"]}
      fileName="codes.txt"
      onDone={onDone}
    />,
  );
  return { onDone, user: userEvent.setup() };
}

test("it takes the focus and closes only after one has said that it is stored", async () => {
  const { onDone, user } = renderCodes();
  expect(screen.getByRole("region", { name: "Recovery codes" })).toHaveFocus();
  const done = screen.getByRole("button", { name: "Done" });
  await user.click(done);
  expect(onDone).not.toHaveBeenCalled();
  await user.click(screen.getByRole("checkbox", { name: "I have stored it" }));
  await user.click(done);
  expect(onDone).toHaveBeenCalledOnce();
});

test("what is copied and what is downloaded is all of it, a line each", async () => {
  const { user } = renderCodes();
  await user.click(screen.getByRole("button", { name: "Copy all" }));
  expect(await navigator.clipboard.readText()).toBe("aaaa-1111\nbbbb-2222");
  const link = screen.getByRole("link", { name: "Download" });
  expect(link).toHaveAttribute("download", "codes.txt");
  expect(decodeURIComponent(link.getAttribute("href") ?? "")).toMatch(/,aaaa-1111\nbbbb-2222\n$/);
});
