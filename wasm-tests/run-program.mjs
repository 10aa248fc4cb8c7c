import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {dirname} from 'node:path';
import {text} from 'node:stream/consumers';
import {fileURLToPath} from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

// Runs a program in the project's folder, without its input.
// env: variables of the environment, beside those of this process. seconds: it is killed then.
// Returns a promise of {stdout, stderr, status}: what it has said, and its exit status, null where
// a signal ended it.
export async function runProgram(command, args, {env, seconds} = {}) {
  const child = spawn(command, args, {
    cwd: root, env: {...process.env, ...env}, stdio: ['ignore', 'pipe', 'pipe'], timeout: seconds && seconds * 1000, killSignal: 'SIGKILL'
  });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return {stdout, stderr, status};
}
