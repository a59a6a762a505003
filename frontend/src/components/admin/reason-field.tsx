import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/textarea";

type Props = {
  label: string;
  hint: string;
  error: string | undefined;
  value: string;
  onChange: (value: string) => void;
};

export function ReasonField({ label, hint, error, value, onChange }: Props) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <Textarea
          rows={2}
          maxLength={500}
          {...control}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
