import {existsSync} from 'node:fs';
import {delimiter, join} from 'node:path';

// The program that a variable of the environment names, or the first of these that is on the
// PATH. engine: by its name in .ci/set-up.sh. One that is missing is an error: a test that is
// left out because of it would look as if it had passed.
export function find(engine, variable, names) {
  const named = process.env[variable];
  if (named && !existsSync(named)) throw new Error(`$${variable}: expected the path of a program, got ${JSON.stringify(named)}`);
  const folders = [...(process.env.PATH || '').split(delimiter), '/usr/bin'];
  const found = named || names.flatMap(name => folders.map(folder => join(folder, name))).find(path => existsSync(path));
  if (!found) throw new Error(`There is no ${names.join(' or ')} here; \`sh .ci/set-up.sh ${engine}\` installs it.`);
  return found;
}
