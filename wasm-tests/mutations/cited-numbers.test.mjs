// The check of the numbers that files cite finds a wrong one, and takes nothing else for one.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {citedNumbers, definedNumbers, namedNumbers, untestedNumbers, wrongCitations} from '../cited-numbers.mjs';

const rules = '# Contract\n\n## 1 Surface\n\n### 1.1 Names\n\n### 1.2 More\n\n### 1.3 Still more\n\n## 2 Burry\n\nText.\n';
const defined = definedNumbers(rules);

test('cited numbers: the contract defines each number once, and in order', () => {
  const numbers = definedNumbers(readFileSync(new URL('../../docs/contract.md', import.meta.url), 'utf8'));
  const keys = numbers.map(number => number.split('.').map(Number));
  for (const [i, [section, rule = 0]] of keys.entries()) {
    const [before, last = 0] = keys[i - 1] || [0];
    const isNext = section === before ? rule === last + 1 : section === before + 1 && rule === 0;
    assert.ok(isNext, `${numbers[i]} after ${numbers[i - 1]}`);
  }
  assert.ok(numbers.includes('12.19') && numbers.includes('13.4'));
});

const cited = {
  'in parentheses': ['// Removes the row (1.1).', ['1.1']],
  'a list in parentheses': ['  // Removes the row (1.1, 1.2 and 1.3; 2).', ['1.1', '1.2', '1.3', '2']],
  'in parentheses of Markdown': ['Removes the row (1.1, 1.2).', ['1.1', '1.2']],
  'after the word contract': ['// The journal (contract 1.2, `evict`), as contract 2 and the last rule of contract 1.3 say.', ['1.2', '2', '1.3']],
  'a range': ['// Reads (contract 1 to 2, 1.1 to 1.3).', ['1', '2', '1.1', '1.3']],
  'over two lines': ['// Reads (contract 1.1,\n// 1.2).\nvoid read();  // (contract\n  // 1.3)', ['1.1', '1.2', '1.3']],
  'at the beginning of a comment': ['// 1.1\n\n// 1.2: rows\nread();\n  // 1.3 and 2\n', ['1.1', '1.2', '1.3', '2']],
  'at the beginning of a name': ['test(\'1.1 rows\', TEST_CASE("1.2, 2 rows", `1.3: ${rows}`', ['1.1', '1.2', '2', '1.3']]
};
for (const [what, [text, numbers]] of Object.entries(cited)) {
  test(`cited numbers: a citation is found: ${what}`, () => assert.deepEqual(citedNumbers(text).map(({number}) => number), numbers));
}

const others = [
  '// Emscripten (3.1.6), Backbone (2.0)', 'jQuery 3.7 and Backbone 1.1', '(1.5 GB)', '// It waits for 1.5 s.', 'at(4.99)', 'Math.max(2, 1.5)',
  '{price: 2.5}', "'1.5'", "['4.1', '6.0']", 'backbone-1.1 jquery-1.12', '| rows | 6.1 | 35.5 |', "'2 posts'", '// 3 rows', '(10)', '## 2.1.0 - 2026', 'v1.1 x'
];
for (const text of others) {
  test(`cited numbers: nothing is cited by ${text}`, () => assert.deepEqual(citedNumbers(text), []));
}

// Put together here, so that this file does not cite them.
const [missingRule, missingSection] = [1.4, 3].map(String);

test('cited numbers: a number that the contract lacks is reported with file and line', () => {
  const text = `// Rows (contract 1.1,\n// ${missingRule}).\n\ntest('1.2, ${missingSection} rows');\n`;
  assert.deepEqual(wrongCitations('js/rows.js', text, defined), [
    `js/rows.js:2: ${missingRule} is not in docs/contract.md`, `js/rows.js:4: ${missingSection} is not in docs/contract.md`
  ]);
  assert.deepEqual(wrongCitations('js/rows.js', '// Rows (contract 1.1, 2).', defined), []);
});

test('cited numbers: a number that no name of a test cites is listed', () => {
  assert.deepEqual(untestedNumbers(["test('1.1 rows')", '// 1.2 and (1.3)'], defined), ['1.2', '1.3', '2']);
  assert.deepEqual(untestedNumbers(["test('1.1 to 1.3 rows')", 'TEST_CASE("2 a store")'], defined), []);
  assert.deepEqual(namedNumbers("test('1.1, 1.3: rows')", defined), ['1.1', '1.3']);
});
