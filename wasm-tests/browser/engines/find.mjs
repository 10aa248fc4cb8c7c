import {existsSync} from 'node:fs';

// The first of these paths that is there. engine: by its name in .ci/set-up.sh. One that is
// missing is an error: a test that is left out because of it would look as if it had passed.
export function find(engine, places) {
  const found = places.find(place => place && existsSync(place));
  if (!found) throw new Error(`There is no ${engine} here; \`sh .ci/set-up.sh ${engine}\` installs it.`);
  return found;
}
