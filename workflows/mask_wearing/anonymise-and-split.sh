#!/bin/sh
# Videos to anonymised images, one of each five seconds. Nothing is written for a video that cannot
# be sampled; frames that cannot be vouched for are left out and named in <video>/report.json.
set -eu
exec "${VSS_PYTHON:-python3}" -m vss.continuum.anonymise "$INPUT_FILE_PATH" "$TMP_OUTPUT_DIR"
