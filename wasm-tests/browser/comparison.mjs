// The comparison: one scenario, played under the plain sync and under a decorated
// one, in one page and against one server; all that a page and its server see is
// to be the same. The rule, and what is left out, stand in comparison/scene.mjs.

import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {openInside} from './inside.mjs';

// The ways a page decorates. The first is that of a page that decorates every
// `Backbone.sync`; the other that of one that gives each class its own.
export const decorations = {
  'Backbone.sync decorated': {decorate: wrapped => Backbone.cachingSync(wrapped)},
  'the sync of each class decorated': {decorate: wrapped => Backbone.cachingSync(wrapped, 'rows'), onClasses: true}
};

const rows = [{id: 1, name: 'Norway', order: 3}, {id: 2, name: 'Chile', order: 1}, {id: 3, name: 'Peru', order: 2}];
const tables = {rows, users: [{id: 'ada', name: 'Ada'}], session: {id: 7, user: 'ada'}};

// What the server answers besides the tables of its REST API.
const answers = {
  '/text': response => response.type('text').send('hello'),
  '/number': response => response.json(5),
  '/null': response => response.json(null),
  '/empty': response => response.status(200).end(),
  '/no-content': response => response.status(204).end(),
  '/no-json': response => response.type('json').send('{oops'),
  '/object': response => response.json({id: 8, name: 'alone'}),
  '/array': response => response.json([{id: 8, name: 'alone'}]),
  '/none': response => response.json([]),
  '/without-ids': response => response.json([{name: 'Mali'}, {name: 'Fiji'}]),
  '/twice': response => response.json([{id: 1, name: 'Norge'}, {id: 1, name: 'Noreg'}, {id: 2, place: 'south'}]),
  '/nulls': response => response.json([{id: 1, name: null}, {id: null, name: 'Mali'}, {id: 3}]),
  '/enveloped': response => response.json({total: 9, items: rows.slice(0, 2)}),
  '/renamed': response => response.json({row_id: 1, row_name: 'Norway'}),
  '/other-id': response => response.json({id: 77, name: 'moved'}),
  '/never': () => {},
  '/moved': response => response.redirect('rows')
};

function answer(request, response, next) {
  const [, status] = /^\/status\/(\d+)/.exec(request.path) || [];
  if (status) return response.status(Number(status)).json({message: `status ${status}`});
  const given = answers[request.path];
  if (given) given(response);
  else next();
}

// Those of one run, in the order in which they were sent.
function arrived(requests, {first, last, aborted}) {
  const numbers = [...requests.keys()].filter(number => number >= first && number <= last && !aborted.includes(number));
  return numbers.sort((a, b) => a - b).map(number => requests.get(number));
}

const inPage = async name => {
  const source = await readFile(new URL(`comparison/${name}.mjs`, import.meta.url), 'utf8');
  return `import(${JSON.stringify(`data:text/javascript;charset=utf-8,${encodeURIComponent(source)}`)})`;
};

// Opens a page for test t in which the scenarios of these topics can be compared.
// scripts: its libraries, where they are to be others.
// answer: handler of requests that comes before the server's.
export async function openComparison(t, topics, {scripts, answer: ownAnswer = (request, response, next) => next()} = {}) {
  const {run, server} = await openInside(t, {data: tables, ...scripts && {scripts}});
  for (const name of ['scene', ...topics]) {
    await run(`${await inPage(name)}.then(module => { (window.comparison = window.comparison || {})[${JSON.stringify(name)}] = module; })`);
  }

  let lastRequest = 0;
  const play = async (topic, name, {decorate, onClasses, warm} = {}) => {
    const requests = new Map();
    server.database.setState(structuredClone(tables));
    server.answer((request, response, next) => {
      const {method, originalUrl, body, headers} = request;
      const number = Number(headers['x-request']);
      // Aborted in an earlier run, and late.
      if (number <= lastRequest) return response.end();
      requests.set(number, JSON.stringify({
        method, url: originalUrl, body, type: headers['content-type'], length: headers['content-length'],
        accept: headers.accept, override: headers['x-http-method-override'], token: headers['x-token'], nonce: headers['x-wp-nonce']
      }));
      response.set('Cache-Control', 'no-store');
      ownAnswer(request, response, () => answer(request, response, next));
    });
    const seen = await run(`comparison.scene.play(comparison[${JSON.stringify(topic)}].default[${JSON.stringify(name)}],
      {decorate: ${decorate || 'undefined'}, onClasses: ${!!onClasses}, warm: ${!!warm}})`);
    lastRequest = seen.sent.last;
    return {...seen, requests: arrived(requests, seen.sent)};
  };

  // Returns the first difference, in words, or null. The plain run serves all decorations.
  const compare = async (topic, name, ...decorations) => {
    const plain = await play(topic, name);
    for (const decoration of decorations) {
      const difference = firstDifference(plain, await play(topic, name, decoration));
      if (difference) return decorations.length > 1 ? `${decoration.onClasses ? 'each class' : 'Backbone.sync'} decorated: ${difference}` : difference;
    }
    return null;
  };
  // The same where the cache is kept from read to read.
  const compareHits = async (topic, name, decoration) => firstDifference(
    await play(topic, name, {...decoration, decorate: remembering, warm: true}), await play(topic, name, {...decoration, warm: true})
  );
  return {play, compare, compareHits, run, server};
}

const remembering = wrapped => comparison.scene.remembering(wrapped);

// Compares all scenarios of a topic: on an empty cache with a page that decorates
// `Backbone.sync`, and with hits with one that decorates each class; but a scenario that is
// `cold` without hits. what: the words for the topic.
export async function compareTopic(t, topic, what, options) {
  const {default: scenarios} = await import(`./comparison/${topic}.mjs`);
  const opened = await openComparison(t, [topic], options), [all, each] = Object.values(decorations);
  for (const [name, {cold}] of Object.entries(scenarios)) {
    await t.test(`7.4 ${what}: ${name}`, async () => {
      assert.equal(await opened.compare(topic, name, all), null);
      if (!cold) assert.equal(await opened.compareHits(topic, name, each), null, 'with hits');
    });
  }
  return opened;
}

export function firstDifference(plain, decorated) {
  // What stands for a result that was no promise of jQuery's, and now is one (7.2).
  const isNew = number => {
    const was = plain.outcomes[number], is = decorated.outcomes[number];
    return was && is && was.kind !== is.kind && is.kind === 'jQuery';
  };
  const wasFalse = number => plain.log.some(entry => entry.result === number && entry.text === 'returned false');
  const hasThrown = plain.log.some(entry => /^(uncaught|thrown)/.test(entry));
  const isCompared = entry => typeof entry === 'string' ||
    (/^returned/.test(entry.text) || !hasThrown) && (!isNew(entry.result) || wasFalse(entry.result));
  // jQuery tells `then` in a turn of its own, which nothing orders with the answer to another
  // request: of each result what it has told is compared in its order, and the log without it.
  const isInOwnTurn = entry => /^then\b/.test(entry.text);
  const textOf = run => run.log.filter(entry => isCompared(entry) && !isInOwnTurn(entry)).map(entry => entry.text || entry);
  const thensOf = run => run.outcomes.map((_, number) => {
    const told = run.log.filter(entry => entry.result === number && isCompared(entry)).map(({text}) => text);
    return told.some(text => isInOwnTurn({text})) ? told.join('\n') : '';
  });
  // Of a promise of another kind, what it has told, if anything.
  const outcomesOf = run => run.outcomes.map(({told}, number) => {
    const {kind, told: first} = plain.outcomes[number] || {};
    return kind === 'other' && first.length ? `result ${number}: ${told.join(' ')}` : '';
  });
  const seen = [plain, decorated].map(run => numbered({log: textOf(run), promise: thensOf(run), outcome: outcomesOf(run), end: run.ends, request: run.requests}));
  for (const what of ['log', 'promise', 'outcome', 'end', 'request']) {
    const difference = differenceOf(what, seen[0][what], seen[1][what]);
    if (difference) return difference;
  }
  return null;
}

// Models, collections, objects, views and elements by the order in which they appear.
function numbered({log, promise, outcome, end, request}) {
  const numbers = new Map();
  const number = text => text.replace(/\b(model|collection|object|view|element) (\d+)\b/g, (name, kind, old) => {
    if (!numbers.has(old)) numbers.set(old, numbers.size);
    return `${kind} ${numbers.get(old)}`;
  });
  return {log: log.map(number), promise: promise.map(number), outcome: outcome.map(number), end: end.map(number).sort(), request};
}

function differenceOf(what, plain, decorated) {
  const at = plain.findIndex((text, i) => text !== decorated[i]);
  const place = at < 0 ? plain.length : at;
  if (at < 0 && decorated.length === plain.length) return null;
  const before = plain.slice(Math.max(0, place - 2), place).map(text => `\n    before: ${clip(text, 0)}`).join('');
  const column = columnOf(plain[place] || '', decorated[place] || '');
  return `${what}, entry ${place} of ${plain.length}:${before}` +
    `\n     plain: ${plain[place] === undefined ? '(nothing more)' : clip(plain[place], column)}` +
    `\n decorated: ${decorated[place] === undefined ? '(nothing more)' : clip(decorated[place], column)}`;
}

function columnOf(text, other) {
  let column = 0;
  while (column < text.length && text[column] === other[column]) column++;
  return column;
}

// What an entry is about, and its text around the column.
function clip(text, column) {
  if (text.length <= 240) return text;
  const from = Math.max(0, column - 60);
  return `${from ? `${text.slice(0, 40)} … ` : ''}${text.slice(from, from + 180)} …`;
}
