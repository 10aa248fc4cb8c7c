import {existsSync} from 'node:fs';

// The first of these paths that is there. An engine that is missing is an error: a test
// that is left out because of it would look as if it had passed.
export function find(engine, places) {
  const found = places.find(place => place && existsSync(place));
  if (!found) throw new Error(`There is no ${engine} here; \`sh .ci/set-up.sh browsers\` installs it.`);
  return found;
}
