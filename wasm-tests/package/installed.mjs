// The packed tarball, as npm installs it into a project that was empty before: with the
// peers that come along, and jQuery. One installation serves all test files of a run
// (wasm-tests/browsers.mjs); a file that is run alone makes its own, and removes it.

import {execFileSync} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join, resolve, sep} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const {name, files, devDependencies} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const shared = 'INSTALLED_PACKAGE';

// Outside the repository, whose node_modules would be found from within it.
const places = folder => {
  const project = join(folder, 'project');
  return {folder, project, source: join(folder, 'source'), installed: join(project, 'node_modules', name), tarball: join(folder, 'package.tgz')};
};

export function npm(cwd, ...args) {
  return execFileSync('npm', args, {cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
}

// Returns {folder, project, source, installed, tarball}: a temporary folder, in it the project, in
// that the installed package, the tarball that it is of, and the folder that was packed.
export async function install() {
  if (process.env[shared]) return places(process.env[shared]);
  const made = makeInstallation();
  process.env[shared] = made.folder;
  process.on('exit', () => rmSync(made.folder, {recursive: true}));
  return made;
}

// For all processes that this one starts. Returns what removes it. Throws where it cannot be
// made: the tests would be of other files than those that npm ships.
export function shareInstallation() {
  const {folder} = makeInstallation();
  process.env[shared] = folder;
  return () => rmSync(folder, {recursive: true});
}

// Returns the folder of the built files that the browser tests load: $DIST, such as that of the
// debug build, or dist/ of the shared installation, so that the tests are of what npm ships, or
// dist/ of this repository.
export function builtFolder() {
  if (process.env.DIST) return resolve(process.env.DIST);
  return process.env[shared] ? join(places(process.env[shared]).installed, 'dist') : join(root, 'dist');
}

function makeInstallation() {
  const made = places(realpathSync(mkdtempSync(join(tmpdir(), 'package-'))));
  mkdirSync(made.project);
  pack(made);
  // What comes along is of the versions that this repository has, whatever is released meanwhile.
  const {backbone, underscore, jquery} = devDependencies;
  writeFileSync(join(made.project, 'package.json'), JSON.stringify({
    name: 'project', private: true, dependencies: {jquery}, overrides: {backbone, underscore}
  }));
  npm(made.project, 'install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', made.tarball);
  return made;
}

// Packs as `npm publish` does, with its scripts, but in a copy: they write and remove folders, and
// another test file may pack at the same time.
function pack({folder, source, tarball}) {
  const tops = ['package.json', 'README.md', 'LICENSE', ...files.map(path => path.split('/')[0])];
  for (const top of new Set(tops)) {
    if (existsSync(join(root, top))) cpSync(join(root, top), join(source, top), {recursive: true});
  }
  // dist/ is built already, so `npm run build` does nothing in the copy.
  mkdirSync(join(source, '.ci'));
  for (const script of ['.ci/set-up.sh', 'js/build/build.mjs']) writeFileSync(join(source, script), '');
  const [{filename}] = JSON.parse(npm(source, 'pack', '--json', '--foreground-scripts=false', '--pack-destination', folder));
  renameSync(join(folder, filename), tarball);
}

// The files below a folder, by their paths from there.
export function filesBelow(folder) {
  return readdirSync(folder, {recursive: true}).filter(path => statSync(join(folder, path)).isFile())
    .map(path => path.split(sep).join('/')).sort();
}

// A page of script tags.
export const pageOf = scripts => `<!doctype html><link rel="icon" href="data:,">
  ${scripts.map(path => `<script src="${path}"></script>`).join('\n')}`;
