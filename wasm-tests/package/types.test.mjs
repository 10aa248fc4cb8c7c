// The types, as TypeScript has them of the packed tarball in a project with @types/backbone:
// calls that must compile and calls that must not, the names against those of the library,
// and what an editor shows.

import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {basename, dirname, join} from 'node:path';
import {before, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {install} from './installed.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const require = createRequire(import.meta.url);
const fixtures = join(root, 'wasm-tests', 'package', 'types');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const {folder, installed} = await install();
const ts = require('typescript-5');

// A program has the types of one file: the two add different options to those of Backbone.
const offlineFile = name => `offline/${name}`;
const editions = {
  caching: {
    script: 'backbone.cachingsync', types: 'index', everywhere: ['calls.ts', 'burry.ts', 'page.ts', 'readme.ts'],
    required: 'required.cts', imported: 'imported.mts', ofOld: ['page.ts', 'required.cts']
  },
  offline: {
    script: 'backbone.cachingsync.offline', types: 'offline/index', everywhere: ['calls.ts', 'namespace-import.ts', 'page.ts'].map(offlineFile),
    required: offlineFile('required.cts'), imported: offlineFile('imported.mts'),
    ofOld: ['namespace-import.ts', 'page.ts', 'required.cts'].map(offlineFile)
  }
};

// A project, with the package as a copy: a compiler looks for the peers of a link where it leads.
function makeProject(name, peers) {
  const project = join(folder, name), modules = join(project, 'node_modules');
  mkdirSync(join(modules, '@types'), {recursive: true});
  cpSync(fixtures, project, {recursive: true});
  writeFileSync(join(project, 'package.json'), '{"name": "project", "private": true}');
  cpSync(installed, join(modules, 'backbone.cachingsync'), {recursive: true});
  for (const peer of peers) symlinkSync(join(root, 'node_modules', peer), join(modules, peer));
  return project;
}

let project;
const libraries = {};
before(() => {
  project = makeProject('typed', ['backbone', '@types/backbone', '@types/jquery', '@types/underscore']);
  writeFileSync(join(project, 'readme.ts'), /^```ts\n([\s\S]*?)^```$/m.exec(readme)[1]);
  for (const [edition, {script}] of Object.entries(editions)) libraries[edition] = require(join(installed, 'dist', `${script}.js`));
});

const common = {
  strict: true, noEmit: true, esModuleInterop: true, skipLibCheck: false, target: 'es2020', lib: ['es2020', 'dom'],
  types: [], moduleDetection: 'auto'
};
// Version 5 with it is the editor's, below.
const node16 = {module: 'node16', moduleResolution: 'node16'};
const compilers = [
  ['typescript-4.9', {module: 'commonjs', moduleResolution: 'node'}, ({everywhere, required}) => [...everywhere, required]],
  ['typescript-4.9', {module: 'commonjs', moduleResolution: 'node', esModuleInterop: false}, ({ofOld}) => ofOld],
  ['typescript-4.9', node16, ({everywhere, required, imported}) => [...everywhere, required, imported]],
  ['typescript-5', {module: 'commonjs', moduleResolution: 'node10'}, ({everywhere, required}) => [...everywhere, required]],
  ['typescript-5', {module: 'esnext', moduleResolution: 'bundler'}, ({everywhere, imported}) => [...everywhere, imported]]
];

// The files of TypeScript itself, by version, and so by the parser that has read them.
const parsed = new Map();

function compile({ts, project, options, files}) {
  const host = ts.createCompilerHost(optionsOf(ts, options)), {getSourceFile} = host;
  host.getCurrentDirectory = () => project;
  host.getSourceFile = (path, ...others) => {
    const key = `${ts.version} ${path}`, file = parsed.get(key) || getSourceFile(path, ...others);
    if (/\/lib\.[\w.]*\.d\.ts$/.test(path)) parsed.set(key, file);
    return file;
  };
  return ts.createProgram(files.map(file => join(project, file)), optionsOf(ts, options), host);
}

function optionsOf(ts, options) {
  const {options: read, errors} = ts.convertCompilerOptionsFromJson({...common, ...options}, project);
  assert.deepEqual(errors.map(({messageText}) => messageText), []);
  return read;
}

// What is wrong with the files of a project and of the package; those of others are their own affair.
function errorsOf(ts, program) {
  const ours = program.getSourceFiles().filter(({fileName}) => /backbone\.cachingsync\/|\/(typed|untyped)\/(offline\/)?[^/]*$/.test(fileName));
  assert.ok(ours.some(({fileName}) => fileName.includes('backbone.cachingsync/js/')), 'the types of the package are among them');
  return [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics(),
    ...ours.flatMap(file => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])];
}

const told = (ts, {file, start, code, messageText}) => {
  const line = file ? `${basename(file.fileName)}:${file.getLineAndCharacterOfPosition(start).line + 1}: ` : '';
  return `${line}TS${code}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
};

for (const edition in editions) for (const [name, options, filesOf] of compilers) {
  const {module, moduleResolution, esModuleInterop = true} = options;
  test(`1.4, 1.6, 8: the types of ${edition} under ${name}, ${module}, ${moduleResolution}${esModuleInterop ? '' : ', without esModuleInterop'}`, () => {
    const ts = require(name), program = compile({ts, project, options, files: filesOf(editions[edition])});
    assert.deepEqual(errorsOf(ts, program).map(error => told(ts, error)), []);
  });
}

// It is another compiler, which has nothing but its command. With all types of others, once.
for (const edition in editions) for (const [options, filesOf] of [
  [node16, ({everywhere, required, imported}) => [...everywhere, required, imported]],
  [{module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true}, ({everywhere, imported}) => [...everywhere, imported]]
]) {
  test(`1.4, 1.6, 8: the types of ${edition} under the newest typescript, ${options.module}, ${options.moduleResolution}`, () => {
    const config = join(project, `${edition}-${options.module}.json`);
    writeFileSync(config, JSON.stringify({compilerOptions: {...common, ...options}, files: filesOf(editions[edition])}));
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const {stdout, status} = spawnSync(process.execPath, [tsc, '-p', config], {encoding: 'utf8'});
    assert.deepEqual([stdout, status], ['', 0]);
  });
}

// The same as an editor has it: {service, program, checker, texts}, once for what follows. That
// an error is expected is not told there, so each shows.
const opened = {};
function editor(edition = 'offline') {
  if (opened[edition]) return opened[edition];
  const {everywhere, required, imported} = editions[edition], files = [...everywhere, required, imported];
  const texts = new Map(files.map(file => [join(project, file), readFileSync(join(project, file), 'utf8')]));
  const {fileExists, readFile, realpath, directoryExists} = ts.sys;
  const snapshot = path => (texts.get(path) || readFile(path)).replaceAll('@ts-expect-error', 'expected');
  const service = ts.createLanguageService({
    getCompilationSettings: () => optionsOf(ts, node16),
    getScriptFileNames: () => [...texts.keys()], getScriptVersion: () => '1', getCurrentDirectory: () => project,
    getScriptSnapshot: path => fileExists(path) ? ts.ScriptSnapshot.fromString(snapshot(path)) : undefined,
    getDefaultLibFileName: ts.getDefaultLibFilePath, fileExists, readFile, realpath, directoryExists
  });
  const program = service.getProgram();
  return opened[edition] = {service, program, checker: program.getTypeChecker(), texts};
}

for (const [edition, least] of [['caching', 30], ['offline', 60]]) test(`1.6, 8.5: the types of ${edition} under typescript-5, node16: what must not compile fails for the reason that stands there, and all else compiles`, () => {
  const {program, texts} = editor(edition), expected = [];
  for (const [path, text] of texts) {
    text.split('\n').forEach((line, i) => {
      const [, code] = /@ts-expect-error (\d+)/.exec(line) || [];
      if (code) expected.push(`${basename(path)}:${i + 2}: TS${code}`);
    });
  }
  const errors = errorsOf(ts, program).map(error => told(ts, error).split(': ', 2).join(': '));
  assert.deepEqual([...new Set(errors)].sort(), expected.sort());
  assert.ok(expected.length > least);
});

test('1.4, 1.5: without @types/backbone TypeScript asks for them; what is not Backbone\'s works without', () => {
  const untyped = makeProject('untyped', ['backbone']), options = {...node16, skipLibCheck: true};
  writeFileSync(join(untyped, 'page.ts'), `
    import Backbone from 'backbone';
    Backbone.cachingSync(Backbone.sync, 'posts');`);
  writeFileSync(join(untyped, 'own.ts'), `
    import cachingSync from 'backbone.cachingsync';
    const {cache} = cachingSync(() => {}, 'posts', {ttl: 1});
    cache.ids().length;
    cache.stats().hits.toFixed();
    // @ts-expect-error
    cachingSync(() => {}, 'posts', {ttl: '1'});`);
  const errors = errorsOf(ts, compile({ts, project: untyped, options, files: ['burry.ts', 'page.ts', 'own.ts']}))
    .map(error => told(ts, error));
  assert.deepEqual(errorsOf(ts, compile({ts, project: untyped, options: node16, files: ['burry.ts']})).map(error => told(ts, error)), []);
  assert.equal(errors.length, 1, errors.join('\n'));
  assert.match(errors[0], /^page\.ts:2: TS7016: .*'backbone'[\s\S]*npm i --save-dev @types\/backbone/);
});

const editionOf = name => /^(types|burry|offline)/.test(name) ? 'offline' : 'caching';
const fileOf = name => editor(editionOf(name)).program.getSourceFile(join(project, 'node_modules', 'backbone.cachingsync', 'js', name));
const exported = name => {
  const {checker} = editor(editionOf(name));
  return checker.getExportsOfModule(checker.getSymbolAtLocation(fileOf(name)))
    .map(symbol => ({name: symbol.name, checker, symbol: symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol}));
};
const propertiesOf = (exports, name) => {
  const {checker, symbol} = exports.find(one => one.name === name);
  return checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
};
const members = (name, from) => propertiesOf(exported(from), name);
const namesOf = symbols => symbols.map(symbol => symbol.name).sort();
const isValue = ({symbol}) => symbol.flags & ts.SymbolFlags.Value;
// The members of a type that is not Backbone's own.
const own = symbols => symbols.filter(symbol => symbol.declarations.some(({parent}) => /backbone\.cachingsync\//.test(parent.getSourceFile().fileName)));

for (const [edition, {types}] of Object.entries(editions)) {
  test(`1.6, 8: ${edition}: the options that have a type are those that the library knows, of a decorator and of a call`, () => {
    const {checker} = editor(edition), file = `${types}.d.ts`, [importBackbone] = fileOf(file).statements;
    const backbone = checker.getExportsOfModule(checker.getSymbolAtLocation(importBackbone.moduleReference.expression))
      .map(symbol => ({name: symbol.name, checker, symbol}));
    assert.throws(() => libraries[edition](() => {}, '', {unknownToAll: 1}), ({message}) => {
      const known = message.split('expected one of ')[1].split(', ').sort();
      const ofDecorators = edition === 'caching' ? [] : ['model', 'origins'];
      const ofCalls = known.filter(name => !ofDecorators.includes(name));
      assert.deepEqual(namesOf(members('Options', file)), ofCalls);
      if (ofDecorators.length) assert.deepEqual(namesOf(members('DecoratorOptions', file)), known);
      // The rest of a call's is set by the library.
      const delivered = namesOf(members('DeliveryOptions', file));
      assert.deepEqual(namesOf(members('CallOptions', file)), [...ofCalls, ...delivered].sort());
      assert.deepEqual(delivered, edition === 'caching' ? ['fromCache'] : ['fromCache', 'fromTab', 'queued', 'replayed']);
      for (const name of ['ModelFetchOptions', 'ModelSaveOptions', 'ModelDestroyOptions', 'CollectionFetchOptions']) {
        const names = namesOf(propertiesOf(backbone, name));
        assert.deepEqual([...ofCalls, ...delivered].filter(option => !names.includes(option)), [], name);
      }
      return true;
    });
  });
}

const methodsOf = edition => namesOf(own(members('Cache', `${editions[edition].types}.d.ts`))).filter(name => !require('backbone').Events[name]);

test('1.6, 8.4, 12.9: the methods of sync.cache that have a type are those that there are, and the file for caching refuses the others', () => {
  const {Events} = require('backbone');
  const there = edition => Object.keys(libraries[edition](() => {}).cache).filter(name => !Events[name]).sort();
  assert.deepEqual(methodsOf('offline'), there('offline'));
  assert.deepEqual(there('caching'), there('offline'));
  const {cache} = libraries.caching(() => {});
  for (const name of there('caching').filter(name => !methodsOf('caching').includes(name))) {
    assert.throws(() => cache[name](1), {name: 'TypeError', message: /sync\.cache\.\w+: .*backbone\.cachingsync\.offline\.js.*'backbone\.cachingsync\/offline'/});
  }
  assert.deepEqual(methodsOf('caching'), ['clear', 'ids', 'remove', 'stats', 'store']);
  for (const {types} of Object.values(editions)) {
    assert.deepEqual(namesOf(members('Stats', `${types}.d.ts`)), Object.keys(cache.stats()).sort());
    assert.deepEqual(Object.keys(Events).filter(name => !namesOf(members('Cache', `${types}.d.ts`)).includes(name)), []);
  }
});

// The README's blocks are run in a browser, and each event with them (readme.test.mjs).
test('12, 13: the events that have a type are those of the README, and those that the library fires', () => {
  const typed = namesOf(members('CacheEvents', 'offline/index.d.ts'));
  const listened = [...readme.matchAll(/\.cache\.on\(\{([\s\S]*?)^\}\)/gm)].flatMap(([, block]) => block.match(/^ {2}\w+(?=: function)/gm));
  assert.deepEqual(listened.map(name => name.trim()).sort(), typed);
  const scripts = ['js', 'js/offline'].flatMap(folder => readdirSync(join(root, folder)).filter(name => name.endsWith('.js')).map(name => `${folder}/${name}`));
  const sources = [...scripts, 'src/offline/other_tabs.cpp'].map(path => readFileSync(join(root, path), 'utf8')).join('\n');
  const fired = [...sources.matchAll(/\bfire\([^'\n]*'(\w+)'|R"\(\["(\w+)"/g)].map(([, inPage, inCore]) => inPage || inCore);
  assert.deepEqual([...new Set(fired)].sort(), typed);
});

test('1.4, 11: the names of the function, of Burry and of a store are those that there are', async () => {
  const {Burry} = libraries.caching;
  const values = file => namesOf(exported(file).filter(isValue)).filter(name => name !== 'prototype');
  // An ES module has no namespace round the types.
  const types = file => namesOf(exported(file).filter(one => !isValue(one)));
  for (const [edition, {script, types: file}] of Object.entries(editions)) {
    assert.deepEqual(values(`${file}.d.ts`), Object.keys(libraries[edition]).sort());
    assert.deepEqual(values(`${file}.d.mts`), Object.keys(await import(join(installed, 'dist', `${script}.mjs`))).sort());
    assert.deepEqual(types(`${file}.d.mts`), types(`${file}.d.ts`));
  }
  assert.deepEqual(values('burry.d.ts'), Object.keys(Burry).sort());
  const store = new Burry.Store('posts', 10);
  assert.deepEqual(namesOf(members('Store', 'burry.d.ts')), [...Object.keys(store), ...Object.keys(Burry.Store.prototype)].sort());
});

test('each function, type, option and method has a comment that an editor shows', () => {
  const bare = [], kinds = ts.SyntaxKind;
  const commented = new Set([
    kinds.FunctionDeclaration, kinds.ClassDeclaration, kinds.InterfaceDeclaration, kinds.TypeAliasDeclaration, kinds.VariableStatement,
    kinds.PropertySignature, kinds.PropertyDeclaration, kinds.MethodSignature, kinds.MethodDeclaration, kinds.CallSignature, kinds.Constructor
  ]);
  let count = 0;
  const look = node => {
    if (commented.has(node.kind)) {
      count++;
      if (!ts.getJSDocCommentsAndTags(node).length) bare.push(node.getText().split('\n')[0]);
    }
    // A type that is written out inside of a member tells by the member's comment.
    if (!ts.isTypeNode(node)) ts.forEachChild(node, look);
  };
  for (const name of ['index.d.ts', 'offline/index.d.ts', 'types.d.ts', 'burry.d.ts']) look(fileOf(name));
  assert.deepEqual(bare, []);
  assert.ok(count > 80);
});

test('an editor shows the comment of what the cursor is on', () => {
  const {service} = editor(), calls = join(project, 'offline/calls.ts'), text = service.getProgram().getSourceFile(calls).text;
  for (const [place, comment] of [
    ['Backbone.^cachingSync(Backbone.sync)', /^Decorates a sync function with a cache/],
    ['posts.fetch({^freshFor', /^Minutes in which a hit sends no request.*needs a `ttl`/s],
    ['ttl: 10, ^callbacks: \'each\'', /^Of which phases/],
    ['cache.^pending()', /^The writes that wait for the server/],
    ['cache.^on(\'change\', (id, attributes) => `', /^Calls back whenever an event fires/],
    ['cache.store.^get(', /^The live value of a key/]
  ]) {
    const [start, end] = place.split('^'), at = text.indexOf(start + end);
    assert.ok(at >= 0, place);
    const {documentation} = service.getQuickInfoAtPosition(calls, at + start.length);
    assert.match(ts.displayPartsToString(documentation), comment, place);
  }
  const {entries} = service.getCompletionsAtPosition(calls, text.indexOf('posts.fetch({freshFor') + 'posts.fetch({'.length, {});
  const offered = entries.map(entry => entry.name);
  assert.deepEqual(['fetchPolicy', 'ttl', 'queue', 'live'].filter(name => !offered.includes(name)), []);
});
