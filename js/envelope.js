// The answers of collections whose own `parse` finds the rows in them: {items, total}
// and the like (BEHAVIOUR 6.1). What such a `parse` keeps on the collection comes
// back only if it is given the answer again, so one lies beside each list:
//
//   {"answer":{"items":[],"total":9},"path":["items"]}
//     the rows stood in the answer as they are, and their records are put there again;
//   {"answer":[{"ID":1}]}
//     `parse` has made the rows of something else; they are taken from their records.
//
// `headers` are those that `parse` has asked the request for.

import {isPlain, isRecord, readJson} from './json.js';

// How deep rows are looked for in an answer.
const depth = 4;

// The record of an answer. text: its JSON, before `parse` could change it. Returns
// undefined where the answer has none: an XML document, say.
export function spellEnvelope(answer, text, rows, headers) {
  if (text === undefined || !isPlain(answer)) return undefined;
  const rest = Object.keys(headers).length ? `,"headers":${JSON.stringify(headers)}}` : '}';
  const path = pathOf(rows, answer);
  if (!path || JSON.stringify(answer) !== text) return `{"answer":${text}${rest}`;
  const found = follow(answer, path);
  const emptied = JSON.stringify(answer, (name, value) => value === found ? [] : value);
  return `{"answer":${emptied},"path":${JSON.stringify(path)}${rest}`;
}

// Returns {answer, path, headers}, or undefined where the text is no such record.
export function readEnvelope(record) {
  try {
    return readAnswer(record);
  } catch (error) {
    return undefined;
  }
}

// Rubbish may throw: its path may be none.
function readAnswer(record) {
  const {answer, path, headers} = readJson(record) || {};
  if (answer === null || typeof answer !== 'object') return undefined;
  if (path !== undefined && !(Array.isArray(path) && Array.isArray(follow(answer, path)))) return undefined;
  return {answer, path, headers};
}

// The answer with these rows in it.
export function fillEnvelope({answer, path}, rows) {
  if (!path) return answer;
  if (!path.length) return rows.slice();
  follow(answer, path.slice(0, -1))[path[path.length - 1]] = rows.slice();
  return answer;
}

// Where in the answer these very rows stand, as a list of names.
function pathOf(rows, value, left = depth) {
  if (!Array.isArray(rows)) return undefined;
  if (Array.isArray(value)) return isSameRows(value, rows) ? [] : undefined;
  if (!isRecord(value) || !left) return undefined;
  for (const name of Object.keys(value)) {
    const path = pathOf(rows, value[name], left - 1);
    if (path) return [name, ...path];
  }
  return undefined;
}

// A copy of the array will do; of no rows, one cannot tell.
function isSameRows(found, rows) {
  return found === rows || rows.length > 0 && found.length === rows.length && rows.every((row, i) => row === found[i]);
}

function follow(value, path) {
  return path.reduce((owner, name) => {
    const has = isRecord(owner) && Object.prototype.hasOwnProperty.call(owner, name);
    return has ? owner[name] : undefined;
  }, value);
}
