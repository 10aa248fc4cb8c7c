// How many random schedules of each kind a command runs: `npm run check`, `npm test` (what
// `npm run mutate` has to find a fault in, too) and `npm run test:all`. Under sanitizers a schedule
// takes ten times as long.
export const schedules = {check: 2000, test: 10_000, all: 100_000};
export const sanitizedSchedules = {test: 100, all: 1000};
