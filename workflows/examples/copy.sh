#!/bin/sh
# The smallest script of a function: the file that triggered it becomes its output.
set -eu
cp "$INPUT_FILE_PATH" "$TMP_OUTPUT_DIR/"
