import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";

import { CodeInput } from "./code-input";

function Code() {
  const [code, setCode] = useState("");
  return <CodeInput aria-label="Code" value={code} onChange={setCode} />;
}

test("a code pasted with spaces or dashes is taken as its digits", async () => {
  const user = userEvent.setup();
  render(<Code />);
  const input = screen.getByLabelText("Code");
  await user.click(input);
  await user.paste(" 123 456\n");
  expect(input).toHaveValue("123456");
  await user.clear(input);
  await user.paste("987-654");
  expect(input).toHaveValue("987654");
});

test("letters and a seventh digit are not taken", async () => {
  const user = userEvent.setup();
  render(<Code />);
  const input = screen.getByLabelText("Code");
  await user.type(input, "12a34567");
  expect(input).toHaveValue("123456");
});
