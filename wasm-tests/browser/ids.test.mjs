// Ids are spelled as JSON.stringify spells them, byte for byte, for every id that
// JavaScript can have (contract 2.4): thousands at random, against JavaScript's own
// JSON. A failure names its seed and the ids.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openInside} from './inside.mjs';

// In the page.
function prepare() {
  // mulberry32
  window.chanceOf = seed => {
    const next = () => {
      seed = (seed + 0x6d2b79f5) | 0;
      let mixed = Math.imul(seed ^ seed >>> 15, seed | 1);
      mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
      return (mixed ^ mixed >>> 14) >>> 0;
    };
    const below = count => next() % count, pick = choices => choices[below(choices.length)];
    const shuffle = all => {
      const shuffled = all.slice();
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
      }
      return shuffled;
    };
    return {next, below, pick, shuffle};
  };

  const bits = new DataView(new ArrayBuffer(8));
  const double = (high, low) => {
    bits.setUint32(0, high);
    bits.setUint32(4, low);
    return bits.getFloat64(0);
  };
  // A number some steps of the last bit away.
  const near = (number, steps) => {
    bits.setFloat64(0, number);
    bits.setBigInt64(0, bits.getBigInt64(0) + BigInt(steps));
    return bits.getFloat64(0);
  };
  const special = ['\u2028', '\u2029', '\ufeff', '\ufffe', '\uffff', '\uffffd800', '\uffffdfff', '\uffffffff', '\ufdd0', '\ufffd', '\u007f', '\u0080', '\u0000',
    '"', '\\', '/', '\\u0041', '\\ud800', '\ud83d\ude00', '\ud83f\udfff', '\udbff\udfff', '\ud800\udc00', 'e\u0301', '-_burry_test', '-_burry_exp_test', '[', ']', ',', ' ', '\n',
    '<', '%', '1', 'true', 'null', '__proto__', '__id'];
  window.kinds = {
    'any pattern of 64 bits': ({next}) => double(next(), next()),
    'a subnormal number': ({next, below}) => double(below(2) * 0x80000000 + next() % 0x100000 >>> 0, next()),
    'a number near where JavaScript changes its spelling': ({below, pick}) => near(pick([1e21, -1e21, 1e-6, 1e-7, 1e20, 1e22, 5e-324, 1.7976931348623157e308]), -below(9)),
    'an integer near a power of two': ({below, pick}) => pick([1, -1]) * (2 ** pick([31, 32, 52, 53, 54, 63, 64, 70]) + below(9) - 4),
    'a decimal fraction': ({below, next}) => next() / 10 ** below(25),
    'a small integer': ({below}) => below(2000) - 1000,
    'minus zero': () => -0,
    'any units': ({below, next}) => String.fromCharCode(...Array.from({length: below(6)}, () => next() & 0xffff)),
    'ASCII and control characters': ({below}) => String.fromCharCode(...Array.from({length: below(12)}, () => below(0x80))),
    'special characters': ({below, pick}) => Array.from({length: 1 + below(5)}, () => pick(special)).join(''),
    'characters of other planes': ({below}) => String.fromCodePoint(...Array.from({length: 1 + below(4)}, () => 0x10000 + below(0x100000))),
    'a text that is spelled like a number': (chance) => String(kinds['any pattern of 64 bits'](chance)),
    'half a character somewhere': ({below, pick}) => pick(special) + String.fromCharCode(0xd800 + below(0x800)) + pick(special)
  };
  window.isCached = id => typeof id === 'number' ? Number.isFinite(id) : id.isWellFormed ? id.isWellFormed() : !/[\ud800-\udfff]/u.test(id);
  // Ids whose records differ, of all kinds.
  window.makeIds = (chance, count) => {
    const ids = [], keys = new Set(), names = Object.keys(kinds);
    while (ids.length < count) {
      const id = kinds[chance.pick(names)](chance), key = String(id);
      // Those of lists are no ids (9.4), nor are NaN and Infinity; and Backbone itself does
      // not tell an id from a member of Object.prototype.
      if (keys.has(key) || key in {} || key.startsWith('__ids__') || typeof id === 'number' && !Number.isFinite(id)) continue;
      keys.add(key);
      ids.push(id);
    }
    return ids;
  };
  // What JavaScript makes of JSON: no minus zero.
  window.same = (found, ids) => found.length === ids.length && found.every((id, i) => Object.is(id, typeof ids[i] === 'number' ? ids[i] + 0 : ids[i]));
  // Each unit as an escape, as programs of other languages spell texts.
  window.escaped = ids => JSON.stringify(ids).replace(/"(?:[^"\\]|\\.)*"/g, text =>
    '"' + JSON.parse(text).replace(/[^]/g, unit => '\\u' + unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')) + '"');

  // One round of operations on a list of so many ids. Returns what went wrong.
  window.playRound = (seed, count) => {
    const chance = chanceOf(seed), ids = makeIds(chance, count), wrong = [], cached = ids.filter(isCached);
    const wrapped = inside.wrapped(), {Row, Rows} = inside.classes({wrapped});
    const answer = data => wrapped.requests.pop().options.success(data), fail = () => wrapped.requests.pop().options.error({status: 500});
    const stored = () => localStorage.getItem('__ids__-_burry_test');
    const check = (what, id, ids) => {
      const found = String(stored()), expected = JSON.stringify(ids);
      if (found === expected) return;
      let at = 0;
      while (found[at] === expected[at]) at++;
      // From where they differ.
      wrong.push([what, JSON.stringify(id), found.slice(at, at + 60), expected.slice(at, at + 60)]);
    };
    localStorage.clear();
    const rows = new Rows(), nameOf = id => 'name of ' + JSON.stringify(id);
    rows.fetch();
    answer([]);

    const listed = [];
    for (const id of ids) {
      rows.create({name: nameOf(id)});
      answer({id});
      if (isCached(id)) listed.push(id);
      check('create', id, listed);
      const record = localStorage.getItem(`${id}-_burry_test`), expected = isCached(id) ? JSON.stringify({name: nameOf(id), id}) : null;
      if (record !== expected) wrong.push(['record', JSON.stringify(id), record, expected]);
    }

    const readAll = what => {
      const read = new Rows(), state = read.fetch().state();
      if (state !== 'resolved' || !same(read.pluck('id'), listed)) wrong.push([what, state, JSON.stringify(read.pluck('id')), JSON.stringify(listed)]);
      wrapped.requests.pop();
      if (JSON.stringify(read.map(row => row.get('name'))) !== JSON.stringify(listed.map(nameOf))) wrong.push([what, 'names']);
    };
    readAll('read after create');
    for (const id of ids) {
      const row = new Row({id}), state = row.fetch().state();
      wrapped.requests.pop();
      const isHit = state === 'resolved' && row.get('name') === nameOf(id);
      if (isHit !== isCached(id)) wrong.push(['hit', JSON.stringify(id), state, row.get('name')]);
    }

    const destroyAndFail = (what, ids) => {
      for (const id of ids) {
        new Row({id}).destroy();
        check(what, id, listed.filter(other => other !== id));
        fail();
        check(what + ' that failed', id, listed);
      }
    };
    destroyAndFail('destroy', ids);
    readAll('read after destroy');

    // The same list as others may have spelled it; what changes it spells it anew.
    localStorage.setItem('__ids__-_burry_test', escaped(listed));
    readAll('read of an escaped list');
    destroyAndFail('destroy in an escaped list', cached);
    localStorage.setItem('__ids__-_burry_test', escaped(listed));

    listed.splice(0, listed.length, ...chance.shuffle(cached));
    const again = new Rows();
    again.fetch();
    answer(listed.map(id => ({id, name: nameOf(id)})));
    check('revalidation', listed, listed);
    // Half of them leave.
    const left = listed.splice(listed.length >> 1);
    again.fetch();
    answer(listed.map(id => ({id, name: nameOf(id)})));
    check('revalidation with less', listed, listed);
    for (const id of left) {
      if (localStorage.getItem(`${id}-_burry_test`) !== null) wrong.push(['left', JSON.stringify(id)]);
    }
    readAll('read after revalidation');

    // Several deletions under way, one of which is confirmed.
    const three = chance.shuffle(listed).slice(0, 3);
    for (const id of three) new Row({id}).destroy();
    check('destroy of three', three, listed.filter(id => !three.includes(id)));
    const [confirmed, ...requests] = chance.shuffle(wrapped.requests.splice(0));
    for (const {options} of requests) options.error({status: 500});
    confirmed.options.success({});
    const kept = listed.filter(id => id !== confirmed.model.id);
    const asText = ids => JSON.stringify(ids.map(id => JSON.stringify(id)).sort());
    if (asText(JSON.parse(stored())) !== asText(kept)) wrong.push(['destroy of three', stored(), JSON.stringify(kept)]);
    if (stored() !== JSON.stringify(JSON.parse(stored()))) wrong.push(['spelling', stored()]);

    // Nothing but these.
    const keys = Object.keys(inside.records()).sort(), expected = [...kept.map(id => `${id}-_burry_test`), '__ids__-_burry_test'].sort();
    if (JSON.stringify(keys) !== JSON.stringify(expected)) wrong.push(['keys', JSON.stringify(keys), JSON.stringify(expected)]);
    return {wrong: wrong.slice(0, 5), cached: cached.length, uncached: ids.length - cached.length};
  };
}

// `npm run test:all` plays more of them.
const rounds = process.env.THOROUGH ? 40 : 8, count = 120, firstSeed = 20260101;

test('2.4, 3.1 ids at random are spelled as JSON.stringify spells them, whatever is done with them', async t => {
  const {run, errors} = await openInside(t, {prepare});
  let cached = 0, uncached = 0;
  for (let seed = firstSeed; seed < firstSeed + rounds; seed++) {
    const round = await run((seed, count) => playRound(seed, count), seed, count);
    // As JSON: a console may not show which character it is.
    assert.equal(JSON.stringify(round.wrong, null, 1).replace(/[^\n -~]/g, unit => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0')), '[]', `seed ${seed}`);
    cached += round.cached;
    uncached += round.uncached;
  }
  assert.ok(cached > rounds * 100 && uncached > rounds * 5, `${cached} were cached, ${uncached} were not`);
  assert.deepEqual(errors, []);
});

test('2.4 the ids at random are of every kind, and the same ones each time', async t => {
  const {run} = await openInside(t, {prepare});
  const [first, second, kinds] = await run(() => {
    const make = () => makeIds(chanceOf(1), 2000), ids = make(), texts = ids.filter(id => typeof id === 'string');
    const has = test => ids.some(id => typeof id === 'number' && test(id)), holds = unit => texts.some(text => text.includes(unit));
    return [JSON.stringify(ids), JSON.stringify(make()), {
      zero: ids.some(id => id === 0), subnormal: has(id => id && Math.abs(id) < 2 ** -1022), large: has(id => Math.abs(id) >= 1e21),
      small: has(id => id && Math.abs(id) < 1e-6), unsafe: has(id => Number.isInteger(id) && Math.abs(id) > 2 ** 53),
      separator: holds('\u2028'), mark: holds('\uffff'), order: texts.some(text => text.startsWith('\ufeff')), end: holds('\u0000'),
      astral: texts.some(text => /[\u{10000}-\u{10ffff}]/u.test(text)), half: texts.some(text => !isCached(text)), quote: holds('"'), empty: texts.includes('')
    }];
  });
  assert.equal(first, second);
  assert.deepEqual(Object.entries(kinds).filter(([, isThere]) => !isThere), []);
});
