// How many random schedules of each kind a command runs: `npm run check`, `npm test` (what
// `npm run mutate` has to find a fault in, too) and `npm run test:all`. Under sanitizers a schedule
// takes ten times as long, so `npm run test:all` alone runs some.
export const schedules = {check: 2000, test: 5000, all: 100_000};
export const sanitizedSchedules = 1000;
