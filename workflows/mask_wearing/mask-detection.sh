#!/bin/sh
# Masks in one anonymised image: the image with boxes, and what was found in it.
set -eu
exec "${VSS_PYTHON:-python3}" -m vss.study.continuum.mask_job "$INPUT_FILE_PATH" "$TMP_OUTPUT_DIR"
