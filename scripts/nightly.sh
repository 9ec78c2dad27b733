#!/bin/sh
# Fuzzing, kills, faults, scanners and mutation. NIGHTLY=short, as in CI, takes some minutes. NIGHTLY=long takes hours: it
# repeats more often, and adds all rounds of the races and the soak suites.
status=0
jest --selectProjects fuzz kills kills-postgres faults scanners || status=1
npm run mutation || status=1
if [ "$NIGHTLY" = long ]; then
  npm run test:races || status=1
  npm run test:soak || status=1
fi
exit $status
