// How many random schedules of each kind a command runs.
//   check: `npm run check`; test: `npm test`, and what `npm run mutate` has to find a fault in
//   sanitized: `npm test`, under sanitizers, where a schedule takes ten times as long
//   all: `npm run test:all`
export const schedules = {check: 2000, test: 10_000, sanitized: 100, all: 100_000};
