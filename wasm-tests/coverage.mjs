// npm run coverage: what the core's tests and the simulation reach of src/, by file.

import {execFileSync} from 'node:child_process';
import {rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from '../js/build/cmake.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const run = (command, ...args) => execFileSync(command, args, {cwd: root, stdio: ['ignore', 'inherit', 'inherit']});

// Counts of an earlier run would be added to.
rmSync(join(root, 'build/coverage'), {recursive: true, force: true});
await build('coverage');
run('build/coverage/core_tests');
run('build/coverage/core_tests', '--plain');
run('build/coverage/simulate', '--schedules', '3000');
// gcc counts a branch for each call that could throw, although nothing here does.
const report = ['--root', '.', '--filter', 'src/', '--exclude-throw-branches', '--exclude-unreachable-branches', 'build/coverage'];
run('gcovr', ...report);
run('gcovr', '--branches', ...report);
