#!/bin/sh
# What the script of paper B does, by this project's programs: an anonymised image of each five
# seconds of video. See mask_wearing/README.md for what is withheld and for the variables.
set -eu
exec "${VSS_PYTHON:-python3}" -m vss.continuum.anonymise "$INPUT_FILE_PATH" "$TMP_OUTPUT_DIR"
