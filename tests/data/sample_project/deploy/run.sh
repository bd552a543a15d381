#!/bin/sh
# hf download acorn/commented-out
hf download --local-dir /models/oak acorn/oak-cli  # acorn/after-the-hash
huggingface-cli download acorn/shell-data \
    --repo-type dataset
python train.py --model "acorn/oak-flag" --output out/oak --dataset_name acorn/flag-data
hf download acorn/shell-board --repo-type=space
curl https://huggingface.co/api/models | tee logs/models
python "$HERE/scripts/run.py" --model "$OWNER/oak"
