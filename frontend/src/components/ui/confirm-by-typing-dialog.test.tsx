import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { ConfirmByTypingDialog } from "./confirm-by-typing-dialog";

function renderDialog(isPending = false) {
  const onConfirm = vi.fn();
  render(
    <ConfirmByTypingDialog
      isOpen
      onClose={vi.fn()}
      onConfirm={onConfirm}
      title="Delete this team?"
      description="Its books go with it."
      phrase="Atelier Nord"
      confirmLabel="Delete team"
      isPending={isPending}
    />,
  );
  return { onConfirm, user: userEvent.setup(), input: screen.getByLabelText(/^Type “Atelier Nord”/) };
}

test("nothing happens before the name is typed as it is written", async () => {
  const { onConfirm, user, input } = renderDialog();
  await user.type(input, "atelier nord");
  await user.click(screen.getByRole("button", { name: "Delete team" }));
  expect(input).toHaveFocus();
  expect(input).toHaveAccessibleDescription(/not “Atelier Nord”/);
  expect(onConfirm).not.toHaveBeenCalled();
  await user.clear(input);
  await user.type(input, " Atelier  Nord ");
  await user.click(screen.getByRole("button", { name: "Delete team" }));
  expect(onConfirm).toHaveBeenCalledOnce();
});

test("while it is under way, Enter does not ask for it again", async () => {
  const { onConfirm, user, input } = renderDialog(true);
  await user.type(input, "Atelier Nord{Enter}");
  expect(onConfirm).not.toHaveBeenCalled();
});
