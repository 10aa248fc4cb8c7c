// Which model is which: the id of a model, and of a row of its collection.

import {attempt, isPlain} from './json.js';

// A row that validation refused has no attributes; a row of JSON:API has some.
export const isModel = value => Boolean(value && value.attributes) && !isPlain(value);

// A collection may tell its models apart by more than their ids.
export function hasOwnModelId(collection, {Backbone}) {
  const {modelId} = collection || {};
  return typeof modelId === 'function' && modelId !== Backbone.Collection.prototype.modelId;
}

export function identity(model, page, collection = model.collection) {
  if (!model.attributes || !hasOwnModelId(collection, page)) return model.id;
  return modelId(collection, model.attributes, model.idAttribute);
}

// Returns what finds the id of a row.
export function rowIdOf(collection, page) {
  const {idAttribute} = collection && collection.model && collection.model.prototype || {}, attribute = idAttribute || 'id';
  return hasOwnModelId(collection, page) ? row => modelId(collection, row, attribute) : row => row[attribute];
}

// The page's own function, which may choke on a record that is rubbish (9.3).
const modelId = (collection, attributes, idAttribute) => attempt(() => collection.modelId(attributes, idAttribute));
