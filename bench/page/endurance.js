// 10,000 mixed operations on a list of ten rows, each answered.

import {empty, openSmall} from './cases.js';
import {createAnswers, records} from './rows.js';

export async function endure(column, operations) {
  const cache = openSmall(column);
  if (!cache || !cache.destroy) return null;
  empty(cache);
  const answers = createAnswers(records.small, 10);
  const round = number => {
    const rows = cache.rows(), data = answers();
    cache.fetch(rows);
    cache.answer(data);
    const row = cache.row({...data[3]});
    cache.fetch(row);
    cache.answer(data[3]);
    cache.save(row, {title: `saved ${number}`});
    cache.answer({});
    cache.create(rows, {title: 'new'});
    cache.answer({id: 1000});
    cache.destroy(cache.row({id: 1000}));
    cache.answer({});
  };
  const play = count => {
    for (let number = 0; number < count / 5; number++) round(number);
  };

  play(operations / 20);
  const before = await memory(), start = performance.now();
  play(operations);
  const milliseconds = performance.now() - start, after = await memory();
  empty(cache);
  return {milliseconds, before, after};
}

// In bytes. Only the wasm's is exact; of JavaScript's heap not all engines tell.
async function memory() {
  if (window.gc) {
    gc();
    await new Promise(resolve => setTimeout(resolve, 50));
    gc();
  }
  return {
    wasm: window.wasmMemory ? wasmMemory.buffer.byteLength : null,
    heap: performance.memory ? performance.memory.usedJSHeapSize : null
  };
}
