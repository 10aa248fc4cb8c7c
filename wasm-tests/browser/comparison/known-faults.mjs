// Scenarios of the known faults of the old libraries that a page sees (contract 10), and a table
// of the tests of every known fault.

// Fetches into one collection, and then into another: a cache has the rows of the second.
const fetchTwice = (options, rowOf = () => ({})) => async scene => {
  for (let time = 0; time < 2; time++) await fetched(scene, scene.rows([], {}, rowOf(scene)), options);
};

async function fetched(scene, rows, options) {
  rows.fetch(scene.callbacks(options));
  await scene.quiet();
}

export default {
  'a fetch calls back once, and fires update once': fetchTwice(),
  'create, save and destroy call back once, with the answer of the server': async scene => {
    const rows = scene.rows();
    await fetched(scene, rows);
    const row = scene.watch(rows.create({name: 'Fiji', order: 4}, scene.callbacks()));
    await scene.quiet();
    row.save({name: 'Mali'}, scene.callbacks());
    await scene.quiet();
    row.destroy(scene.callbacks());
  },
  'a fetch after a destroy': async scene => {
    const rows = scene.rows();
    await fetched(scene, rows);
    rows.get(1).destroy(scene.callbacks());
    await scene.quiet();
    await fetched(scene, scene.rows());
  },
  'a fetch with reset builds each model once': fetchTwice({reset: true}, scene => ({initialize() { scene.note('built', this); }})),
  'a silent fetch fires no change': async scene => {
    await fetched(scene, scene.rows(), {silent: true});
    await scene.change('/api/rows/1', 'PUT', {id: 1, name: 'Norge', order: 3});
    await fetched(scene, scene.rows(), {silent: true});
  },
  'a patch sends what has changed, and a fetch has it': async scene => {
    const rows = scene.rows();
    await fetched(scene, rows);
    rows.get(1).save({name: 'Norge'}, scene.callbacks({patch: true}));
    await scene.quiet();
    scene.row({id: 1}).fetch(scene.callbacks());
  },
  'a fetch that is aborted': async scene => {
    await fetched(scene, scene.rows());
    scene.rows().fetch(scene.callbacks()).abort();
  }
};

// A fault in the words of section 10, a file, and the names of tests in it that fail where the
// fault comes back. In comparison/ these are names of scenarios.
export const tests = [
  ['Callbacks twice on every real request', 'comparison/known-faults.mjs',
    'a fetch calls back once, and fires update once', 'create, save and destroy call back once, with the answer of the server'],
  ['the first of them given only the changed attributes', 'comparison/known-faults.mjs',
    'create, save and destroy call back once, with the answer of the server'],
  ['collection.fetch() throws after a destroy', 'comparison/known-faults.mjs', 'a fetch after a destroy'],
  ['… an expiry', 'read.test.mjs', '3.9 a list with a row that has expired is a miss'],
  ['… a corrupt or missing row', 'read.test.mjs', '3.9 a list with a row whose record ${what} is a miss, and the server mends it'],
  ['… a row without id', 'comparison/collection.mjs', 'fetch of an empty collection that is answered with rows without id'],
  ['… a row without id', 'read.test.mjs', '3.9 a list of rows without an id is a miss, which takes nothing out of the collection'],
  ['… a custom idAttribute', 'read.test.mjs', '3.1 idAttribute is respected'],
  ['Page 2 answered with page 1', 'lists.test.mjs', '3.10 page 2 is not answered with page 1'],
  ["one user's posts with another's", 'lists.test.mjs', "3.10 one user's posts are not answered with another's: ${what}"],
  ['parse bypassed', 'parse.test.mjs', '6.1 ${name}: the cached phase is what the server phase was'],
  ['envelopes sent back to the server', 'parse.test.mjs', '6.1 an envelope is never sent back to the server: ${name}'],
  ['reset: true builds every model twice', 'comparison/known-faults.mjs', 'a fetch with reset builds each model once'],
  ['update fires three times', 'comparison/known-faults.mjs', 'a fetch calls back once, and fires update once'],
  ['silent ignored', 'comparison/known-faults.mjs', 'a silent fetch fires no change'],
  ['patch sends nothing and throws', 'comparison/known-faults.mjs', 'a patch sends what has changed, and a fetch has it'],
  ['patch sends nothing and throws', 'write.test.mjs', '4.3 patch sends the changed attributes and caches the merged ones'],
  ['Create answered with 204 throws', 'comparison/collection.mjs',
    'create that is answered with 204', 'create that is answered with 204, with wait'],
  ['A late failure undoes a newer save; two failures leave a value that the server never had', 'overlap.test.mjs',
    '5.1 of pending writes the cache shows the newest; a failure takes back its own change; at the end it is what was confirmed last'],
  ['an old answer overwrites a save', 'overlap.test.mjs',
    '5.2 a read of ${reader} that was sent before a ${write}: cache, model and events'],
  ["The request's abort is lost", 'comparison/known-faults.mjs', 'a fetch that is aborted'],
  ['Native promises fail', 'promises.test.mjs', '7.1 a wrapped that ${way}: each outcome is reported once'],
  ['jQuery slim …', 'loading.test.mjs', '1.4 jQuery may be slim, with an ajax of the page'],
  ['noConflict(true) …', 'loading.test.mjs', '1.4 jQuery is found as Backbone finds it, after noConflict(true)'],
  ['lodash 4 …', 'loading.test.mjs', '1.4 lodash 4 does in place of underscore'],
  ['CommonJS …', 'loading.test.mjs', '1.4, 10 CommonJS: require gives the function, and makes no global'],
  ['strict mode …', 'loading.test.mjs', '1.4, 10 the file and the page may be strict'],
  ['Disabled or full storage stops the page from starting', 'hostile.test.mjs',
    '9.1 storage that ${what} means plain pass-through',
    '9.1, 10 storage that is full as the script starts means plain pass-through, and the rest of it stays'],
  ['A quota error newer than 2012 is taken for success', 'burry.test.mjs',
    '9.2, 10 a quota error of any name and code is no success', '9.2 on a full storage a value that does not fit is removed rather than left stale'],
  ['incr throws on quota', 'burry.test.mjs', '10 incr and decr on a full storage throw nothing and leave no stale value'],
  ['… continues from an expired value, and stores NaN', 'burry.test.mjs',
    '11 incr and decr return nothing; what is missing, expired or no number counts as 0'],
  ['set(key, undefined) stores undefined', 'burry.test.mjs', '10 set of what has no JSON stores nothing and leaves no stale value'],
  ['A rollback renews the ttl', 'write.test.mjs', '4.2 a failure returns to the last confirmed state, with the expiry it had',
    '4.4 a delete that fails returns record and id, at place ${at} and with the expiry they had'],
  ['Deleting expired keys can delete live ones', 'burry.test.mjs', '10 deleting what has expired deletes nothing live'],
  ['Creating in a collection of N costs N²', 'cost.test.mjs',
    'DESIGN cost 3: a ${what} that ${outcome} costs in a collection of 4,000 what it costs in one of 10']
];
