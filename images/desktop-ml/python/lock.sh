#!/bin/sh
# Pins what the .in lists ask for, with everything that it needs, to one version each: `sh images/desktop-ml/python/lock.sh`.
# Needs uv. A list keeps the versions of the lists before it, so that changing one leaves the layers above it alone; to move
# to newest versions, delete its .txt (and those after it) first.
set -eu
cd "$(dirname "$0")"
python=3.11
lock() { uv pip compile -q --python-version "$python" --python-platform x86_64-manylinux_2_35 --no-annotate --no-header "$@"; }

lock torch.in -o torch.txt
touch learning.txt jupyter.txt tensorflow.txt geo.txt
lock torch.in learning.in -c torch.txt -c learning.txt | grep -Fxv -f torch.txt > learning.new
mv learning.new learning.txt
lock torch.in learning.in jupyter.in -c torch.txt -c learning.txt -c jupyter.txt | grep -Fxv -f torch.txt -f learning.txt > jupyter.new
mv jupyter.new jupyter.txt
# What TensorFlow needs beyond /opt/ml, which its environment sees too.
lock torch.in learning.in jupyter.in tensorflow.in -c torch.txt -c learning.txt -c jupyter.txt -c tensorflow.txt |
  grep -Fxv -f torch.txt -f learning.txt -f jupyter.txt > tensorflow.new
mv tensorflow.new tensorflow.txt
lock torch.in learning.in jupyter.in geo.in -c torch.txt -c learning.txt -c jupyter.txt -c geo.txt |
  grep -Fxv -f torch.txt -f learning.txt -f jupyter.txt > geo.new
mv geo.new geo.txt
lock spyder.in -c jupyter.txt -o spyder.txt
wc -l torch.txt learning.txt jupyter.txt tensorflow.txt geo.txt spyder.txt
