// What the server answers: rows as fresh objects each time, as a request gives
// them, and their changes in numbered versions.

const countries = await (await fetch('/countries.json')).json();

// A record of about 200 bytes.
const small = {
  idAttribute: 'id',
  row: (index, version) => ({
    id: index + 1,
    title: `Post number ${index + 1} in version ${version}`,
    author: `author${index % 17}@example.org`,
    body: 'A text that is neither long nor short, as records have.',
    tags: ['one', 'two'],
    likes: index * 7 % 100,
    published: true
  }),
  change: {title: 'A title of another length'}
};

// A record of 1.7 to 4.7 kB. There are 250 countries; further rows are the same
// under other codes.
const country = {
  idAttribute: 'cca3',
  row(index, version) {
    const row = structuredClone(countries[index % countries.length]);
    if (index >= countries.length) row.cca3 += Math.floor(index / countries.length);
    row.area += version;
    return row;
  },
  change: {region: 'A region of another length'}
};

export const records = {small, country};

// An answer of `count` rows, of which every `nth` is in this version, the others
// in version 0. (Each is read from text, so that nothing is shared.)
export function createAnswers({row}, count) {
  const first = Array.from({length: count}, (_, index) => row(index, 0));
  return (version = 0, nth = 1) =>
    JSON.parse(JSON.stringify(version ? first.map((unchanged, index) => index % nth ? unchanged : row(index, version)) : first));
}
