#!/bin/sh
# /opt/ml, the environment of the desktop, with PyTorch: the largest layer and the one that changes least.
set -eu
uv venv --python "$(command -v python3.11)" --prompt ml /opt/ml
if [ -n "${TORCH_INDEX:-}" ]; then
  grep -vE '^(cuda|nvidia|triton)' torch.txt > chosen.txt
  set -- --index "$TORCH_INDEX" --index-strategy unsafe-best-match
else
  cp torch.txt chosen.txt
fi
uv pip install -q --no-cache --no-deps --compile-bytecode --python /opt/ml/bin/python "$@" -r chosen.txt
