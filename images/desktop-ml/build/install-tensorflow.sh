#!/bin/sh
# /opt/tensorflow: an environment of its own that sees the packages of /opt/ml behind its own, offered in JupyterLab.
# In one environment PyTorch's SummaryWriter would load TensorFlow, and the LLVM of TensorFlow and that of Triton end a
# process that has both.
set -eu
uv venv --python "$(command -v python3.11)" --prompt tensorflow /opt/tensorflow
echo /opt/ml/lib/python3.11/site-packages > /opt/tensorflow/lib/python3.11/site-packages/desktop.pth
uv pip install -q --no-cache --no-deps --compile-bytecode --python /opt/tensorflow/bin/python -r tensorflow.txt
/opt/tensorflow/bin/python -m ipykernel install --prefix /opt/ml --name tensorflow --display-name TensorFlow
