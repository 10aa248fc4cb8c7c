// npm run lint: each number of the contract that a file cites is in docs/contract.md.
//
//   node wasm-tests/cited-numbers.mjs               what npm run lint checks
//   node wasm-tests/cited-numbers.mjs --untested    lists the numbers that no name of a test cites
//
// A citation is a number such as 4.2, or a list of numbers such as `3.2, 3.3 and 7.1` or
// `4.1 to 4.4`, in one of three places:
//
// - alone in parentheses: `(4.2, 5.1)`
// - after the word contract: `(contract 3 to 5)`, `the last rule of contract 3.10`
// - at the beginning of a comment or of a quoted text: `// 5.1`, `'12.4 the queue survives'`
//
// A section such as 11 could be any number in the first and the third place, so a list there has at
// least one number with a point. A version such as 3.1.6 or 2.0 is no number of the contract.

import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const contract = 'docs/contract.md';
const folders = ['.ci', 'bench', 'demo', 'docs', 'js', 'src', 'wasm-tests'];
const isText = name => /\.(cpp|h|[cm]?js|[cm]?ts|css|html|md|sh|txt)$/.test(name);
const isTest = name => /\/(browser|package)\/[\w-]+\.test\.mjs$|\/unit-[\w-]+\.cpp$/.test(name);

const number = String.raw`(?<![\w.-])[1-9]\d?(?:\.[1-9]\d?)?(?!\w|\.\d)`;
const list = String.raw`${number}(?:(?:[,;]\s+(?:and\s+)?|\s+and\s+|\s+to\s+)${number})*`;
const inParentheses = String.raw`(?<=(?:^|\s)\()${list}(?=\))`;
const beginsComment = String.raw`(?<=^[ \t]*(?://|#)\s+)${list}(?=[.:]?\s)`;
const beginsQuote = `(?<=['"\`])${list}(?=:? )`;
const citations = new RegExp(String.raw`(?<=\bcontract\s+)(?<named>${list})|${inParentheses}|${beginsComment}|${beginsQuote}`, 'gm');
const names = new RegExp(beginsQuote, 'g');

const hasPoint = text => text.includes('.');
const numbersIn = text => [...text.matchAll(new RegExp(number, 'g'))];
const lineAt = (text, place) => text.slice(0, place).split('\n').length;

// Returns the text with the lines of each comment joined, so that a citation may go on in the next
// line. Each character stays at its place.
const joinComments = text => text.replace(/(?<=\/\/.*)\n[ \t]*\/\//g, end => ' '.repeat(end.length));

// Returns the numbers and sections that the text of a contract defines, in its order.
export const definedNumbers = text => [...text.matchAll(/^## ([1-9]\d?) |^### ([1-9]\d?\.[1-9]\d?) /gm)].map(([, section, one]) => section || one);

// Returns {number, line} of each number that a text cites.
export function citedNumbers(text) {
  const found = [...joinComments(text).matchAll(citations)].filter(({0: cited, groups}) => groups.named || hasPoint(cited));
  return found.flatMap(({0: cited, index: begin}) =>
    numbersIn(cited).map(({0: one, index}) => ({number: one, line: lineAt(text, begin + index)})));
}

// Returns what is wrong with the citations of a file.
export function wrongCitations(name, text, defined) {
  const wrong = citedNumbers(text).filter(({number}) => !defined.includes(number));
  return wrong.map(({number, line}) => `${name}:${line}: ${number} is not in ${contract}`);
}

// Returns the numbers that the names of tests in a text cite: of `4.1 to 4.4` each one between.
export function namedNumbers(text, defined) {
  return [...text.matchAll(names)].flatMap(([cited]) => {
    const between = [...cited.matchAll(new RegExp(String.raw`(${number})\s+to\s+(${number})`, 'g'))]
      .flatMap(([, first, last]) => defined.slice(defined.indexOf(first), defined.indexOf(last) + 1));
    return [...numbersIn(cited).map(([one]) => one), ...between];
  });
}

// Returns the numbers that no name of a test cites. A section counts if it has no numbers.
export function untestedNumbers(texts, defined) {
  const named = new Set(texts.flatMap(text => namedNumbers(text, defined)));
  const isRule = one => hasPoint(one) || !defined.some(other => other.startsWith(`${one}.`));
  return defined.filter(one => isRule(one) && !named.has(one));
}

const read = name => readFileSync(join(root, name), 'utf8');
const filesIn = folder => readdirSync(join(root, folder), {recursive: folder !== ''}).filter(isText).map(name => join(folder, name));

// Returns a part of a report.
export function checkCitations() {
  const defined = definedNumbers(read(contract));
  const wrong = ['', ...folders].flatMap(filesIn).sort().flatMap(name => wrongCitations(name, read(name), defined));
  return {[wrong.length ? 'failed' : 'passed']: 1, output: wrong.map(line => `${line}\n`).join('')};
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--untested')) {
    const tests = filesIn('wasm-tests').filter(isTest).map(read);
    console.log(untestedNumbers(tests, definedNumbers(read(contract))).join('\n'));
  } else {
    const {failed, output} = checkCitations();
    process.stdout.write(output);
    process.exitCode = failed ? 1 : 0;
  }
}
